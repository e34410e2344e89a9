import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { readImageHeader } from '@datagym/labels/codecs/imageHeader';

const PHOTOS = join(__dirname, '..', '..', 'examples', 'photos');

export interface Photograph {
	/** The image's name at DataGym. */
	readonly name: string;
	readonly bytes: Buffer;
	readonly sha256: string;
	/** As stored; what the file itself says. */
	readonly width: number;
	readonly height: number;
	readonly orientation: number;
}

const PLAIN = [
	'astronaut.jpg',
	'bowl.jpg',
	'cat.jpg',
	'coffee.jpg',
	'dandelions.jpg',
	'dogs.jpg',
	'flower.jpg',
	'pavilion.jpg',
	'photographer.png',
	'rocket.jpg',
];

/** Names that are no safe file names, clash with each other, or mean something to a reader, and the photograph behind each. */
const HOSTILE: readonly (readonly [name: string, file: string])[] = [
	['../../outside.jpg', 'cat.jpg'],
	['C:\\windows\\con.jpg', 'coffee.jpg'],
	['two\nlines.jpg', 'flower.jpg'],
	['"quoted" & <b>bold</b>.jpg', 'rocket.jpg'],
	['Übung – Straße 1 蘋果 🍏.jpg', 'pavilion.jpg'],
	['=HYPERLINK("x").jpg', 'bowl.jpg'],
	['photo.jpg', 'cat.jpg'],
	['photo.jpg', 'coffee.jpg'],
	['Photo.JPG', 'flower.jpg'],
	['photo.png', 'photographer.png'],
	['a,b;c:d|e.jpg', 'dandelions.jpg'],
	['  two  blanks .jpg', 'rocket.jpg'],
	['dots.in.name.v2.jpg', 'astronaut.jpg'],
	['100%20percent#hash?q=1.jpg', 'pavilion.jpg'],
	['.hidden.jpg', 'bowl.jpg'],
	['-rf.jpg', 'cat.jpg'],
	["it's.jpg", 'coffee.jpg'],
	['images.jpg', 'flower.jpg'],
	[`${'long '.repeat(60)}.jpg`, 'rocket.jpg'],
];

/** Real photographs: as they are, in all eight EXIF orientations as JPEG and PNG, and under hostile names. */
export async function photographs(): Promise<Photograph[]> {
	const files = new Map<string, Buffer>();
	for (const file of PLAIN) files.set(file, await readFile(join(PHOTOS, file)));
	const bytesOf = (file: string) => files.get(file) ?? Buffer.alloc(0);
	const turned = await Promise.all(
		[1, 2, 3, 4, 5, 6, 7, 8].flatMap((orientation) => {
			const picture = sharp(bytesOf('dogs.jpg')).resize(180, 120, { fit: 'fill' }).withMetadata({ orientation });
			return [
				picture
					.clone()
					.jpeg()
					.toBuffer()
					.then((bytes) => photograph(`turned ${orientation}.jpg`, bytes)),
				picture
					.clone()
					.png()
					.toBuffer()
					.then((bytes) => photograph(`turned as PNG ${orientation}.png`, bytes)),
			];
		}),
	);
	return [
		...PLAIN.map((file) => photograph(file, bytesOf(file))),
		...turned,
		...HOSTILE.map(([name, file]) => photograph(name, bytesOf(file))),
	];
}

function photograph(name: string, bytes: Buffer): Photograph {
	const header = readImageHeader(bytes, true);
	if (header.verdict !== 'image') throw new Error(`${name} is ${header.verdict}`);
	const { width, height, orientation } = header;
	return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), width, height, orientation };
}
