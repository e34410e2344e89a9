import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';

const ROOT = resolve(__dirname, '..', '..', '..');

/** All screenshots, for looking through them. */
export const PICTURES = join(ROOT, 'out', 'editor');

/** Those of the documentation are renewed only when asked for: `npm run test:editor -- --pictures`. */
const DOCUMENTATION = join(ROOT, 'docs', 'images');

/** Keeps a screenshot. `documented` ones are shown by README and docs, too. */
export async function keepPicture(name: string, png: Buffer, { documented = false } = {}): Promise<void> {
	await write(join(PICTURES, `${name}.png`), png);
	if (!documented || process.env.RENEW_PICTURES !== '1') return;
	await write(
		join(DOCUMENTATION, `${name}.png`),
		await sharp(png).png({ palette: true, quality: 90, effort: 10 }).toBuffer(),
	);
}

/** Screenshots side by side on one sheet, to be proof-read at a glance. */
export async function keepContactSheet(name: string, pictures: readonly Buffer[], columns: number): Promise<void> {
	const sizes = await Promise.all(pictures.map(async (picture) => await sharp(picture).metadata()));
	const [width, height] = [Math.max(...sizes.map((size) => size.width)), Math.max(...sizes.map((size) => size.height))];
	const sheet = sharp({
		create: {
			width: width * Math.min(columns, pictures.length),
			height: height * Math.ceil(pictures.length / columns),
			channels: 3,
			background: 'white',
		},
	});
	const placed = pictures.map((input, index) => ({
		input,
		left: (index % columns) * width,
		top: Math.floor(index / columns) * height,
	}));
	await keepPicture(name, await sheet.composite(placed).png().toBuffer());
}

async function write(path: string, png: Buffer): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, png);
}
