import sharp, { type Sharp } from 'sharp';
import { boxesOf, type DrawnPhotograph } from './photographs';

/** Colors of a picture on a coarse grid, so that an object looks alike in crops of other sizes and margins. */
type Look = Buffer;

const GRID = 12;

export interface KnownObject {
	readonly label: string;
	readonly look: Look;
}

/** How each object that people drew on a photograph looks. */
export async function knownObjects(image: Buffer, { drawn, width, height }: DrawnPhotograph): Promise<KnownObject[]> {
	const upright = await sharp(image).autoOrient().toBuffer();
	return await Promise.all(
		boxesOf(drawn).map(async ({ label, x, y, w, h }) => {
			const [left, top] = [Math.max(0, x), Math.max(0, y)];
			const area = { left, top, width: Math.min(width, x + w) - left, height: Math.min(height, y + h) - top };
			return { label, look: await lookOf(sharp(upright).extract(area)) };
		}),
	);
}

/** Farther from everything known than this, mean difference of a color channel, a picture shows something else. */
const UNKNOWN = 60;

/** What a picture shows, by the object whose colors are the nearest, and how much nearer they are than those of any other class. */
export async function opinionOn(
	image: Buffer,
	known: readonly KnownObject[],
): Promise<{ class: string; confidence: number }> {
	const look = await lookOf(sharp(image).autoOrient());
	const byDistance = known
		.map((object) => ({ label: object.label, distance: difference(look, object.look) }))
		.sort((a, b) => a.distance - b.distance);
	const [best] = byDistance;
	const other = byDistance.find(({ label }) => label !== best?.label);
	if (best === undefined || best.distance > UNKNOWN) return { class: 'none', confidence: 0.5 };
	const rival = other?.distance ?? UNKNOWN;
	return { class: best.label, confidence: Math.round((100 * rival) / (rival + best.distance)) / 100 };
}

async function lookOf(picture: Sharp): Promise<Look> {
	return await picture
		.resize(GRID, GRID, { fit: 'fill' })
		.flatten({ background: 'white' })
		.toColorspace('srgb')
		.removeAlpha()
		.raw()
		.toBuffer();
}

function difference(a: Look, b: Look): number {
	return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}
