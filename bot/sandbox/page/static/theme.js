// Light or dark as this browser was told, else as the system wishes: set before anything is drawn.

try {
  const wanted = JSON.parse(localStorage.getItem("sandbox-theme"));
  if (["light", "dark"].includes(wanted)) document.documentElement.dataset.theme = wanted;
} catch {
  // a browser that keeps nothing: as the system wishes
}
