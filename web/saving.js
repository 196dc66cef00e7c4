/** Saving what the page has as a file of the user's. */

const KEEP_URL_MS = 60_000;

/** Offer a Blob as a download of this name. */
export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_URL_MS);
}
