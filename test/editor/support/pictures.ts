import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';

const ROOT = resolve(__dirname, '..', '..', '..');

/** All screenshots, for looking through them. */
export const PICTURES = join(ROOT, 'out', 'editor');

/** Those of the documentation are renewed only when asked for: `npm run test:editor -- --pictures`. */
const DOCUMENTATION = join(ROOT, 'docs', 'images');

/** Between screenshots on one sheet. */
const GAP = 8;

/** Keeps a screenshot. `documented` ones are shown by README and docs, too. */
export async function keepPicture(name: string, png: Buffer, { documented = false } = {}): Promise<void> {
	await write(join(PICTURES, `${name}.png`), png);
	if (!documented || process.env.RENEW_PICTURES !== '1') return;
	await write(
		join(DOCUMENTATION, `${name}.png`),
		await sharp(png).png({ palette: true, quality: 90, effort: 10 }).toBuffer(),
	);
}

/** Screenshots side by side on one sheet, to be proof-read at a glance. Each row is as high as the highest in it. */
export async function keepContactSheet(name: string, pictures: readonly Buffer[], columns: number): Promise<void> {
	const sizes = await Promise.all(pictures.map(async (picture) => await sharp(picture).metadata()));
	const width = Math.max(...sizes.map((size) => size.width));
	const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, row) => row);
	const heights = rows.map((row) =>
		Math.max(...sizes.slice(row * columns, (row + 1) * columns).map(({ height }) => height)),
	);
	const topOf = (row: number) => heights.slice(0, row).reduce((sum, height) => sum + height + GAP, 0);
	const sheet = sharp({
		create: {
			width: (width + GAP) * Math.min(columns, pictures.length) - GAP,
			height: topOf(rows.length) - GAP,
			channels: 3,
			background: 'gray',
		},
	});
	const placed = pictures.map((input, index) => ({
		input,
		left: (index % columns) * (width + GAP),
		top: topOf(Math.floor(index / columns)),
	}));
	await keepPicture(name, await sheet.composite(placed).png().toBuffer());
}

async function write(path: string, png: Buffer): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, png);
}
