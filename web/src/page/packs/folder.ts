import { ownProblem, ProblemError, type Folder } from '../../api/client';

/** An archive, as it is sent. */
export async function zipOf(file: File): Promise<Folder> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { zip: btoa(text) };
}

/** The text files of a folder by their names in it; hidden ones are not of the pack. */
export async function folderOf(files: File[], notText: (name: string) => string): Promise<Folder> {
  const out: Record<string, string> = {};
  for (const file of files) {
    const name = file.webkitRelativePath.split('/').slice(1).join('/') || file.name;
    if (name.split('/').some((part) => part.startsWith('.'))) continue;
    try {
      out[name] = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      throw new ProblemError(ownProblem('client.folder', notText(name)));
    }
  }
  return { files: out };
}
