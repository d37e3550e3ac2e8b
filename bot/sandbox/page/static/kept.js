// What this browser keeps for the next visit. One that keeps nothing forgets it with the page.

export function kept(key, otherwise = null) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // nothing to be done: it lasts as long as the page
  }
}
