import { flattenLabelConfig } from '@datagym/labels/classes/labelClass';
import type {
	Classifications,
	Geometry,
	ImageSize,
	LabelClass,
	LabeledImage,
	LabelObject,
	Point,
} from '@datagym/labels/model';
import { configOf, type Thing, thingsBy } from './kindsOfThings';
import type { Random } from './random';

export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** An image that faults can be planted in. */
export interface DrawnImage extends LabeledImage {
	objects: LabelObject[];
	classifications: Classifications;
	readonly width: number;
	readonly height: number;
}

export interface RealisticProject {
	readonly images: DrawnImage[];
	readonly classes: readonly LabelClass[];
	readonly things: readonly Thing[];
	readonly datasets: Map<string, { readonly datasetId: string; readonly datasetName: string }>;
}

const SIZES: readonly ImageSize[] = [
	{ width: 1920, height: 1080 },
	{ width: 1280, height: 720 },
	{ width: 4032, height: 3024 },
	{ width: 640, height: 480 },
];

/** Nobody sees what is smaller: pixels, and a share of the image's width, since large images are shown reduced. */
const SMALLEST = { side: 6, share: 0.003 };

/** Nobody tells two things apart that are nearer to each other than this many pixels. */
const NEAREST = 3;

/**
 * A project as people label it, without a fault: sequences of four cameras, single photographs and a dataset of images that show nothing.
 * Sizes are lognormal and grow toward the bottom of the image, things stand in groups and in front of each other, the edge of the image
 * cuts some off, scenes are empty for a while, hands are off by a pixel, and what usually comes together sometimes does not.
 */
export function realisticProject(random: Random, imageCount = 1000): RealisticProject {
	const things = thingsBy(random);
	const datasets: RealisticProject['datasets'] = new Map();
	const images: DrawnImage[] = [];
	let id = 0;
	const add = (imageName: string, datasetName: string, size: ImageSize, hasThings: boolean) => {
		const image: DrawnImage = {
			imageId: `image-${images.length}`,
			imageName,
			...size,
			status: 'completed',
			taskId: `task-${images.length}`,
			objects: [],
			classifications: { weather: { values: [random.pick(['sun', 'rain'])], children: {} } },
		};
		const scene = new Scene(random, size, () => `label-${id++}`);
		while (hasThings && image.objects.length === 0) image.objects = scene.objects(things);
		images.push(image);
		datasets.set(image.imageId, { datasetId: datasetName.toLowerCase(), datasetName });
	};
	const background = Math.round(imageCount * 0.04);
	const single = Math.round(imageCount * 0.3);
	const perCamera = Math.floor((imageCount - background - single) / 4);
	for (let camera = 0; camera < 4; camera++) {
		const size = random.pick(SIZES);
		const emptyFrom = random.index(perCamera);
		const emptyTo = emptyFrom + 4 + random.index(20);
		for (let frame = 0; frame < perCamera; frame++)
			add(`cam${camera}_${String(frame).padStart(6, '0')}.jpg`, 'Drives', size, frame < emptyFrom || frame >= emptyTo);
	}
	const emptyPhotograph = random.index(single);
	for (let photograph = 0; photograph < single; photograph++)
		add(`IMG_${2000 + 3 * photograph}.jpg`, 'Photographs', random.pick(SIZES), photograph !== emptyPhotograph);
	while (images.length < imageCount) add(`nothing_${images.length}.jpg`, 'Background', random.pick(SIZES), false);
	return { images, classes: flattenLabelConfig(configOf(things)), things, datasets };
}

/** What can be seen of a thing, and all of it. */
interface Seen {
	readonly box: Box;
	readonly whole: Box;
}

/** One image's labels. */
class Scene {
	constructor(
		private readonly random: Random,
		private readonly size: ImageSize,
		private readonly nextId: () => string,
	) {}

	objects(things: readonly Thing[]): LabelObject[] {
		const objects = things.flatMap((thing) => (this.random.happens(thing.presence) ? this.group(thing) : []));
		// A bicycle has a rider with a helmet, and a few riders have one without a bicycle.
		const [hasBicycle, hasHelmet] = [this.random.happens(0.5), this.random.happens(0.05)];
		const bicycle = { side: 0.08, spread: 0.5, aspect: 1.4, aspectSpread: 0.15, crowd: 0.3 } as const;
		if (hasBicycle) objects.push(...this.group({ ...BASE, ...bicycle, key: 'bicycle' }));
		while (hasHelmet || objects.some(({ className }) => className === 'bicycle')) {
			const helmets = this.group({ ...BASE, ...bicycle, side: 0.03, aspect: 1, key: 'helmet' });
			objects.push(...helmets);
			if (helmets.length > 0 || this.random.happens(0.01)) break;
		}
		return objects;
	}

	/** Things of one class: alone, or in groups in which each stands in front of another. */
	private group(thing: Thing): LabelObject[] {
		const wholes: Box[] = [];
		const seen: Seen[] = [];
		for (let left = 1 + this.random.count(thing.crowd); left > 0; left--) {
			const isBeside = wholes.length > 0 && this.random.happens(0.45);
			const whole = isBeside ? this.placeBeside(this.random.pick(wholes)) : this.place(thing);
			const box = this.cut(whole);
			if (box === undefined || seen.some((other) => isLike(box, other.box))) continue;
			wholes.push(whole);
			seen.push({ box, whole });
		}
		return seen.map((one) => this.label(thing, one));
	}

	private place({ side, spread, aspect, aspectSpread }: Thing): Box {
		const { width, height } = this.size;
		const y = this.random.between(0.05, 1);
		// What stands further down in a photograph is nearer.
		const near = 0.5 + y;
		const area = (side * height * near) ** 2 * Math.exp(this.random.normal(0, spread));
		const ratio = aspect * Math.exp(this.random.normal(0, aspectSpread));
		const box = { width: Math.sqrt(area * ratio), height: Math.sqrt(area / ratio) };
		return { ...box, x: this.random.between(0, width) - box.width / 2, y: y * height - box.height / 2 };
	}

	/** Of about the same size, and partly behind or in front of the other. */
	private placeBeside({ x, y, width, height }: Box): Box {
		const larger = Math.exp(this.random.normal(0, 0.12));
		const aside = Math.max(this.random.between(0.15, 1.3) * width, NEAREST);
		return {
			x: x + (this.random.happens(0.5) ? aside : -aside),
			y: y + this.random.normal(0, 0.08) * height,
			width: width * larger * Math.exp(this.random.normal(0, 0.08)),
			height: height * larger,
		};
	}

	/** What can be seen of it: others hide a part, and so does the edge of the image. A hand is off by a pixel. */
	private cut({ x, y, width, height }: Box): Box | undefined {
		let [left, top, right, bottom] = [x, y, x + width, y + height];
		if (this.random.happens(0.15)) {
			const hidden = this.random.between(0.1, 0.6);
			if (this.random.happens(0.5)) right -= hidden * width;
			else bottom -= hidden * height;
		}
		const hand = () => Math.round(this.random.normal(0, 0.6) * 2) / 2;
		left = Math.round(Math.max(left, 0)) + hand();
		top = Math.round(Math.max(top, 0)) + hand();
		right = Math.round(Math.min(right, this.size.width)) + hand();
		bottom = Math.round(Math.min(bottom, this.size.height)) + hand();
		const box = { x: left, y: top, width: right - left, height: bottom - top };
		const isSeen = Math.min(box.width, box.height) >= Math.max(SMALLEST.side, SMALLEST.share * this.size.width);
		return isSeen ? box : undefined;
	}

	private label({ key, type }: Thing, { box, whole }: Seen): LabelObject {
		const children = key === 'car' ? [this.plate(box, whole)] : [];
		const classifications: LabelObject['classifications'] =
			key === 'sign'
				? { color: { values: [this.random.pick(['red', 'blue'])], children: {} } }
				: key === 'car' && this.random.happens(0.1)
					? { note: { values: ['dented'], children: {} } }
					: {};
		return { id: this.nextId(), className: key, geometry: shapeIn(box, type, this.random), classifications, children };
	}

	private plate(seen: Box, { width, height }: Box): LabelObject {
		const size = {
			width: Math.max(0.2 * width * this.random.between(0.7, 1.3), SMALLEST.side),
			height: Math.max(0.1 * height * this.random.between(0.7, 1.3), SMALLEST.side / 2),
		};
		const [across, down] = [seen.x + 0.35 * seen.width, seen.y + 0.5 * seen.height];
		const geometry: Geometry = {
			type: 'rectangle',
			x: Math.min(across, this.size.width - size.width),
			y: Math.min(down, this.size.height - size.height),
			...size,
		};
		return { id: this.nextId(), className: 'plate', geometry, classifications: {}, children: [] };
	}
}

const BASE = { type: 'rectangle', presence: 1 } as const;

/** Whether what can be seen of two things begins and ends at the same places, so that nobody sees two. */
function isLike(a: Box, b: Box): boolean {
	const edges = ({ x, y, width, height }: Box) => [x, y, x + width, y + height];
	const [of, other] = [edges(a), edges(b)];
	return of.every((edge, index) => Math.abs(edge - (other[index] ?? 0)) < NEAREST);
}

/** A shape as people draw it that fills the box. */
export function shapeIn({ x, y, width, height }: Box, type: Thing['type'], random: Random): Geometry {
	const at = (across: number, down: number): Point => ({
		x: Math.round((x + across * width) * 2) / 2,
		y: Math.round((y + down * height) * 2) / 2,
	});
	switch (type) {
		case 'rectangle':
			return { type, x, y, width, height };
		case 'polygon':
			return { type, points: blob(at, cornersFor(width + height, 6 + random.index(30)), random) };
		case 'segmentation':
			return {
				type,
				regions: [
					[
						blob(at, cornersFor(width + height, 10 + random.index(50)), random),
						[at(0.45, 0.45), at(0.55, 0.45), at(0.5, 0.55)],
					],
				],
			};
		case 'line':
			return { type, points: [at(0, 0), at(0.4 + random.between(-0.1, 0.1), 0.5), at(1, 1)] };
		case 'point':
			return { type, ...at(0.5, 0.5) };
	}
}

/** Around the middle, so that it does not cross itself, and from edge to edge of its box. */
function blob(at: (across: number, down: number) => Point, corners: number, random: Random): Point[] {
	const points = Array.from({ length: corners }, (_, corner) => {
		const angle = (2 * Math.PI * corner) / corners;
		const radius = random.between(0.38, 0.5);
		return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
	});
	const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
	const [left, top] = [Math.min(...xs), Math.min(...ys)];
	const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
	return points.map(({ x, y }) => at((x - left) / width, (y - top) / height));
}

/** People click no corners that are closer than a few pixels. */
function cornersFor(perimeter: number, most: number): number {
	return Math.max(5, Math.min(most, Math.round(perimeter / 3)));
}
