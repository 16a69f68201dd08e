/** Gives a text to the reader as a file. */
export const save = (name: string, text: string) => saveBlob(name, new Blob([text], { type: 'application/octet-stream' }));

/** Gives what is in a blob to the reader as a file. */
export function saveBlob(name: string, blob: Blob) {
  const url = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  URL.revokeObjectURL(url);
}
