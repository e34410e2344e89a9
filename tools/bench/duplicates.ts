import '../wasm';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { duplicateGroups } from '@datagym/labels';
import { atOnce } from '@datagym/labels/steps/steps';
import { withPicture } from '@datagym/pixels';

/**
 * How many copies are found and how many different images are taken for the same, of all photographs in the folders that are named
 * (docs/duplicates.md): `node --expose-gc --import tsx tools/bench/duplicates.ts FOLDER...`
 */

type Change = (image: Sharp, width: number, height: number) => Sharp;

const scaled =
	(factor: number, quality: number): Change =>
	(image, width) =>
		image.resize(Math.max(1, Math.round(width * factor))).jpeg({ quality });
const cut =
	(share: number): Change =>
	(image, width, height) => {
		const [left, top] = [Math.round(width * share), Math.round(height * share)];
		return image.extract({ left, top, width: width - 2 * left, height: height - 2 * top }).jpeg({ quality: 90 });
	};

const COPIES: Readonly<Record<string, Change>> = {
	'quality 30': (image) => image.jpeg({ quality: 30 }),
	'quality 50': (image) => image.jpeg({ quality: 50 }),
	'quality 75': (image) => image.jpeg({ quality: 75 }),
	'quality 95': (image) => image.jpeg({ quality: 95 }),
	PNG: (image) => image.png(),
	'a quarter': scaled(0.25, 85),
	half: scaled(0.5, 85),
	'a half more': scaled(1.5, 85),
	double: scaled(2, 85),
	'a quarter, quality 30': scaled(0.25, 30),
	'640 × 640': (image) => image.resize(640, 640, { fit: 'fill' }).jpeg({ quality: 85 }),
	'a fifth darker': (image) => image.linear(0.8, 0).jpeg({ quality: 90 }),
	'a fifth brighter': (image) => image.linear(1.2, 0).jpeg({ quality: 90 }),
	gray: (image) => image.grayscale().jpeg({ quality: 90 }),
	'cut by 1 %': cut(0.01),
	'cut by 2 %': cut(0.02),
	'cut by 5 %': cut(0.05),
	mirrored: (image) => image.flop().jpeg({ quality: 90 }),
};

const hashOf = async (bytes: Uint8Array) =>
	await withPicture(bytes, async (picture) => await picture.perceptualHash()).catch(() => undefined);

const SENSITIVITIES = ['low', 'normal', 'high'] as const;

const bitsBetween = (a: string, b: string) =>
	[...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length;

/** For each sensitivity, whether the two are taken for the same. */
async function verdictOn(a: string, b: string | undefined): Promise<readonly boolean[]> {
	const images = [a, b].map((perceptualHash, index) => ({ sha256: String(index), perceptualHash }));
	const verdicts = SENSITIVITIES.map(async (sensitivity) => atOnce(duplicateGroups(images, sensitivity)).length > 0);
	return await Promise.all(verdicts);
}

/** For each sensitivity, how many are so. */
const countOf = (verdicts: ReadonlyArray<readonly boolean[]>) =>
	SENSITIVITIES.map((_, index) => verdicts.filter((each) => each[index]).length);

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((name) => join(folder, name))
		.filter((path) => /\.(?:jpe?g|png|img)$/i.test(path) && statSync(path).size > 3000)
		.sort();
}

async function measure(folder: string): Promise<void> {
	const originals = new Map<string, string>();
	const found = new Map<string, Array<readonly boolean[]>>();
	const bits: number[] = [];
	for (const path of filesIn(folder).slice(0, 100)) {
		const bytes = readFileSync(path);
		const hash = await hashOf(bytes);
		if (hash === undefined) continue;
		originals.set(createHash('sha256').update(bytes).digest('hex'), hash);
		const flat = sharp(bytes).rotate().flatten({ background: '#fff' }).toColourspace('srgb');
		const upright = await flat.png({ compressionLevel: 1 }).toBuffer();
		const { width, height } = await sharp(upright).metadata();
		for (const [name, change] of Object.entries(COPIES)) {
			const copy = await hashOf(await change(sharp(upright), width, height).toBuffer());
			found.set(name, [...(found.get(name) ?? []), await verdictOn(hash, copy)]);
			if (!/cut|mirrored/.test(name)) bits.push(copy === undefined ? 256 : bitsBetween(hash, copy));
		}
	}
	const hashes = [...originals.values()];
	const pairs = hashes.flatMap((a, index) => hashes.slice(0, index).map(async (b) => await verdictOn(a, b)));
	console.log(`${folder}: ${originals.size} different images`);
	for (const [name, verdicts] of found)
		console.log(`  ${name}: found ${countOf(verdicts).join(', ')} of ${verdicts.length} (${SENSITIVITIES.join(', ')})`);
	console.log(`  bits of copies that are not cut or mirrored: at most ${Math.max(...bits)}`);
	console.log(`  pairs taken for the same: ${countOf(await Promise.all(pairs)).join(', ')} of ${pairs.length}`);
}

async function main(folders: readonly string[]): Promise<void> {
	for (const folder of folders) await measure(folder);
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
