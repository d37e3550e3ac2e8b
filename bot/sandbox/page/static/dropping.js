// Files that are dropped onto a part of the page, or pasted into a box.

const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

export function dropped(pane, take) {
  let inside = 0; // entering a child leaves its parent: the last one out counts
  const over = (by) => (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    inside = Math.max(0, inside + by);
    pane.classList.toggle("dropping", inside > 0);
  };
  pane.addEventListener("dragenter", over(1));
  pane.addEventListener("dragleave", over(-1));
  pane.addEventListener("dragover", over(0));
  pane.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    inside = 0;
    pane.classList.remove("dropping");
    take(event.dataTransfer.files);
  });
}

export function pasted(area, take) {
  area.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
}
