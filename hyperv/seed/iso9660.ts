/** A file of the image's one folder. */
export interface IsoFile {
  /** As systems with Joliet or Rock Ridge see it: Windows, Linux. At most 64 characters. */
  readonly name: string;
  readonly bytes: Buffer;
}

const SECTOR = 2048;
// What stands where, in sectors.
const PRIMARY = 16;
const JOLIET = 17;
const TERMINATOR = 18;
const PATHS = { primary: [19, 20], joliet: [21, 22] } as const;
const ROOT = { primary: 23, joliet: 24 } as const;
const FIRST_FILE = 25;

/**
 * A CD image that holds a few files in one folder: ISO 9660 (ECMA-119), with Joliet and Rock Ridge names, of which Windows
 * reads one and Linux either. The same files make the same bytes: no time of making stands in it.
 *
 * Throws when the files do not fit into one sector of names, some twenty of them, or when a name is too long.
 */
export function isoImage(label: string, files: readonly IsoFile[]): Buffer {
  const placed = place(files);
  const end = placed.reduce((last, { bytes, sector }) => Math.max(last, sector + sectors(bytes)), FIRST_FILE);
  const image = Buffer.alloc(end * SECTOR);
  const put = (sector: number, bytes: Buffer): void => void bytes.copy(image, sector * SECTOR);
  put(PRIMARY, descriptor('primary', label, end));
  put(JOLIET, descriptor('joliet', label, end));
  put(TERMINATOR, Buffer.concat([Buffer.from([255]), Buffer.from('CD001'), Buffer.from([1])]));
  for (const kind of ['primary', 'joliet'] as const) {
    const [little, big] = PATHS[kind];
    put(little, pathTable(ROOT[kind], 'little'));
    put(big, pathTable(ROOT[kind], 'big'));
    put(ROOT[kind], folder(kind, placed));
  }
  for (const { bytes, sector } of placed) put(sector, bytes);
  return image;
}

type Kind = 'primary' | 'joliet';

interface Placed extends IsoFile {
  readonly sector: number;
  /** In the alphabet of ISO 9660: eight capitals, a dot, three. */
  readonly plain: string;
}

function place(files: readonly IsoFile[]): readonly Placed[] {
  let sector = FIRST_FILE;
  const taken = new Set<string>();
  return files.map(({ name, bytes }) => {
    if (name.length < 1 || name.length > 64 || /[\0/\\*:;?]/.test(name))
      throw new Error(`${JSON.stringify(name)} is no name of a file on a CD`);
    const placed = { name, bytes, sector, plain: plainName(name, taken) };
    sector += sectors(bytes);
    return placed;
  });
}

function plainName(name: string, taken: Set<string>): string {
  const [stem = '', extension = ''] = name.toUpperCase().split(/\.(?=[^.]*$)/);
  for (let twin = 0; ; twin += 1) {
    const mark = twin === 0 ? '' : String(twin);
    const plain = `${letters(stem, 8 - mark.length)}${mark}.${letters(extension, 3)};1`;
    if (taken.has(plain)) continue;
    taken.add(plain);
    return plain;
  }
}

function letters(text: string, most: number): string {
  return text.replaceAll(/[^A-Z0-9_]/g, '_').slice(0, most);
}

function sectors(bytes: Buffer): number {
  return Math.max(1, Math.ceil(bytes.length / SECTOR));
}

/** ECMA-119 8.4 and 8.5; Joliet is a supplementary descriptor with escape sequences for UCS-2. */
function descriptor(kind: Kind, label: string, size: number): Buffer {
  const text = (value: string, bytes: number): Buffer => {
    const field = kind === 'primary' ? Buffer.alloc(bytes, ' ') : ucs2(' '.repeat(bytes / 2), bytes);
    (kind === 'primary' ? Buffer.from(value, 'latin1') : ucs2(value)).copy(field);
    return field;
  };
  const record = directoryRecord(Buffer.from([0]), ROOT[kind], SECTOR, true);
  const [little, big] = PATHS[kind];
  const bytes = Buffer.concat([
    Buffer.from([kind === 'primary' ? 1 : 2]),
    Buffer.from('CD001'),
    Buffer.from([1, 0]),
    text('', 32), // system
    text(label, 32),
    Buffer.alloc(8),
    both32(size),
    Buffer.concat([Buffer.from(kind === 'primary' ? '' : '%/E', 'latin1')], 32),
    both16(1), // volumes
    both16(1),
    both16(SECTOR),
    both32(10), // of a path table
    u32(little, 'little'),
    u32(0, 'little'),
    u32(big, 'big'),
    u32(0, 'big'),
    record,
    text('', 128), // volume set
    text('', 128), // publisher
    text('', 128), // preparer
    text('', 128), // application
    Buffer.alloc(37 * 3, kind === 'primary' ? ' ' : 0),
    Buffer.concat(Array.from({ length: 4 }, () => Buffer.concat([Buffer.alloc(16, '0'), Buffer.from([0])]))),
    Buffer.from([1]),
  ]);
  return bytes;
}

/** One folder, the root: ECMA-119 9.4. */
function pathTable(root: number, order: 'little' | 'big'): Buffer {
  return Buffer.concat([Buffer.from([1, 0]), u32(root, order), u16(1, order), Buffer.from([0, 0])]);
}

function folder(kind: Kind, files: readonly Placed[]): Buffer {
  const root = ROOT[kind];
  // SUSP 5.3 and 5.5: the first record says that the others carry names as Unix has them.
  const mark =
    kind === 'primary'
      ? Buffer.concat([
          Buffer.from([0x53, 0x50, 7, 1, 0xbe, 0xef, 0]),
          Buffer.from([0x45, 0x52, 18, 1, 10, 0, 0, 1]),
          Buffer.from('RRIP_1991A'),
          mode(0o40_555, 2),
        ])
      : Buffer.alloc(0);
  const above = kind === 'primary' ? mode(0o40_555, 2) : Buffer.alloc(0);
  const records = [
    directoryRecord(Buffer.from([0]), root, SECTOR, true, mark),
    directoryRecord(Buffer.from([1]), root, SECTOR, true, above),
    ...sorted(kind, files).map(({ name, plain, bytes, sector }) =>
      kind === 'primary'
        ? directoryRecord(Buffer.from(plain), sector, bytes.length, false, unixName(name))
        : directoryRecord(ucs2(`${name};1`), sector, bytes.length, false),
    ),
  ];
  const all = Buffer.concat(records);
  if (all.length > SECTOR) throw new Error(`${files.length} files do not fit into the folder of this image`);
  return all;
}

/** ECMA-119 9.3: by name. */
function sorted(kind: Kind, files: readonly Placed[]): readonly Placed[] {
  return files.toSorted((a, b) =>
    kind === 'primary'
      ? Buffer.compare(Buffer.from(a.plain), Buffer.from(b.plain))
      : Buffer.compare(ucs2(a.name), ucs2(b.name)),
  );
}

/** ECMA-119 9.1; the instant is the first of 1970, as there is no true one. */
function directoryRecord(
  name: Buffer,
  sector: number,
  size: number,
  isFolder: boolean,
  system: Buffer = Buffer.alloc(0),
): Buffer {
  const padding = Buffer.alloc(name.length % 2 === 0 ? 1 : 0);
  const body = Buffer.concat([
    Buffer.from([0]),
    both32(sector),
    both32(size),
    Buffer.from([70, 1, 1, 0, 0, 0, 0]),
    Buffer.from([isFolder ? 2 : 0, 0, 0]),
    both16(1),
    Buffer.from([name.length]),
    name,
    padding,
    system,
  ]);
  const odd = Buffer.alloc((body.length + 1) % 2);
  return Buffer.concat([Buffer.from([body.length + 1 + odd.length]), body, odd]);
}

/** RRIP 4.1.1 and 4.1.4. */
function unixName(name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  const alternate = Buffer.concat([Buffer.from([0x4e, 0x4d, 5 + bytes.length, 1, 0]), bytes]);
  return Buffer.concat([mode(0o100_444, 1), alternate]);
}

/** Mode, links, owner and group. */
function mode(bits: number, links: number): Buffer {
  return Buffer.concat([Buffer.from([0x50, 0x58, 36, 1]), both32(bits), both32(links), both32(0), both32(0)]);
}

function ucs2(text: string, bytes = text.length * 2): Buffer {
  const field = Buffer.alloc(bytes);
  field.write(text, 'utf16le');
  return field.swap16();
}

function u16(value: number, order: 'little' | 'big'): Buffer {
  const field = Buffer.alloc(2);
  if (order === 'little') field.writeUInt16LE(value);
  else field.writeUInt16BE(value);
  return field;
}

function u32(value: number, order: 'little' | 'big'): Buffer {
  const field = Buffer.alloc(4);
  if (order === 'little') field.writeUInt32LE(value);
  else field.writeUInt32BE(value);
  return field;
}

/** Numbers stand in both orders, one after the other. */
function both16(value: number): Buffer {
  return Buffer.concat([u16(value, 'little'), u16(value, 'big')]);
}

function both32(value: number): Buffer {
  return Buffer.concat([u32(value, 'little'), u32(value, 'big')]);
}
