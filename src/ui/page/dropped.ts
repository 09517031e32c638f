import type { Chosen } from '../../model/repo/upload';

/** The files of a drop or of a file chooser, folders opened; paths as they were inside them. */
export async function droppedFiles(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = Array.from(transfer.items, item => item.webkitGetAsEntry());
  const found: Chosen[] = [];
  for (const entry of entries) {
    if (entry) {
      await collect(entry, '', found);
    }
  }
  return found.length > 0 ? found : chosenFiles(transfer.files);
}

/** The files of a file chooser. */
export function chosenFiles(files: FileList | null): Chosen[] {
  return Array.from(files ?? [], file => ({
    path: file.webkitRelativePath || file.name,
    file
  }));
}

async function collect(
  entry: FileSystemEntry,
  folder: string,
  found: Chosen[]
): Promise<void> {
  const path = folder ? `${folder}/${entry.name}` : entry.name;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) =>
      entry.file(resolve, reject)
    );
    found.push({ path, file });
  } else if (isFolder(entry)) {
    for (const child of await childrenOf(entry)) {
      await collect(child, path, found);
    }
  }
}

/** A reader gives a hundred at a time. */
async function childrenOf(
  folder: FileSystemDirectoryEntry
): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) {
      return all;
    }
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
