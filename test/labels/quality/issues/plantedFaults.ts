import type { Geometry, LabelObject, Point } from '@datagym/labels/model';
import type { Random } from './random';
import type { DrawnImage, RealisticProject } from './realisticProject';
import { boxOf, moved, redrawn } from './shapes';

/** A fault that somebody made, and what shows that it was found. */
export interface PlantedFault {
	/** What the issue must be called. */
	readonly issue: string;
	readonly imageId: string;
	/** The label that is wrong, or the two of which one is; empty if it is the whole image. */
	readonly labelIds: readonly string[];
}

/** Makes one fault of a kind; undefined if this image has no place for it. */
type Planter = (image: DrawnImage, project: RealisticProject, random: Random) => readonly LabelObject[] | undefined;

/** How often each fault is made, 200 together. */
const FAULTS: ReadonlyArray<readonly [issue: string, count: number, plant: Planter]> = [
	['duplicate', 24, plantDuplicate],
	['classConflict', 18, plantSecondClass],
	['outside', 18, plantOutside],
	['atEdge', 12, plantStrip],
	['tooSmall', 16, plantSlip],
	['tooLarge', 14, plantLarge],
	['aspectRatio', 10, plantElongated],
	['selfCrossing', 14, plantCrossing],
	['degenerate', 16, plantDegenerate],
	['missingValue', 18, plantMissingValue],
	['withoutLabels', 14, plantEmpty],
	['missingCompanion', 14, plantMissingCompanion],
	['sameImage', 12, plantSameImage],
];

/** Plants all faults, at most one in an image, so that it is clear what an issue is about. */
export function plantFaults(project: RealisticProject, random: Random): PlantedFault[] {
	const free = project.images.filter(({ objects }) => objects.length > 0);
	return FAULTS.flatMap(([issue, count, plant]) => {
		const planted: PlantedFault[] = [];
		while (planted.length < count) {
			const [image] = free.splice(random.index(free.length), 1);
			if (image === undefined) throw new Error(`No image is left for "${issue}".`);
			const labels = plant(image, project, random);
			if (labels === undefined) free.push(image);
			else planted.push({ issue, imageId: image.imageId, labelIds: labels.map(({ id = '' }) => id) });
		}
		return planted;
	});
}

let ids = 0;
const freshId = () => `planted-${ids++}`;

/** A label that was saved twice, the second time not to the pixel. */
function plantDuplicate(image: DrawnImage, _: RealisticProject, random: Random) {
	const label = random.pick(image.objects);
	const copy = { ...label, id: freshId(), geometry: redrawn(label.geometry, random), children: [] };
	image.objects.push(copy);
	return [label, copy];
}

/** A label that was given another class, but is still there with the first one. */
function plantSecondClass(image: DrawnImage, { things }: RealisticProject, random: Random) {
	const label = pickArea(image, random);
	const others = things.filter(({ key, type }) => type === label?.geometry.type && key !== label.className);
	if (label === undefined || others.length === 0) return undefined;
	const { key } = random.pick(others);
	const classifications = key === 'sign' ? { color: { values: ['red'], children: {} } } : {};
	const children = key === 'car' ? label.children : [];
	const copy = {
		...label,
		id: freshId(),
		className: key,
		classifications,
		children,
		geometry: redrawn(label.geometry, random),
	};
	image.objects.push(copy);
	return [label, copy];
}

/** A label that was moved out of the image, in part or as a whole. */
function plantOutside(image: DrawnImage, _: RealisticProject, random: Random) {
	const label = pickArea(image, random);
	if (label === undefined) return undefined;
	const box = boxOf(label.geometry);
	const beyond = random.happens(0.3)
		? box.width + 20
		: Math.max(0.04 * image.width, random.between(0.2, 0.8) * box.width);
	const right = image.width + beyond;
	return [replace(image, label, moved(label.geometry, right - box.x - box.width, 0))];
}

/** A slip of the hand at the edge of the image. */
function plantStrip(image: DrawnImage, _: RealisticProject, random: Random) {
	const label = pickOfType(image, 'rectangle', random);
	if (label === undefined) return undefined;
	const thickness = random.between(1.2, 3);
	const length = random.between(0.1, 0.6) * image.height;
	const x = random.happens(0.5) ? 0 : image.width - thickness;
	return [replace(image, label, { type: 'rectangle', x, y: 0.2 * image.height, width: thickness, height: length })];
}

/** A double click that left a rectangle of a few pixels. */
function plantSlip(image: DrawnImage, _: RealisticProject, random: Random) {
	const label = pickOfType(image, 'rectangle', random);
	if (label === undefined) return undefined;
	const box = { width: random.between(1.2, 3), height: random.between(1.2, 3) };
	const [x, y] = [random.between(0.1, 0.9) * image.width, random.between(0.1, 0.9) * image.height];
	return [replace(image, label, { type: 'rectangle', x, y, ...box })];
}

/** A rectangle around nearly the whole image, of a class of small things. */
function plantLarge(image: DrawnImage, { things }: RealisticProject, random: Random) {
	const small = new Set(things.filter(({ side, spread }) => side <= 0.08 && spread <= 0.8).map(({ key }) => key));
	const label = pickOfType(image, 'rectangle', random);
	if (label === undefined || !small.has(label.className)) return undefined;
	const share = random.between(0.8, 0.95);
	const box = { width: share * image.width, height: share * image.height };
	return [replace(image, label, { type: 'rectangle', x: 0.02 * image.width, y: 0.02 * image.height, ...box })];
}

/** A rectangle that was drawn along one side of the thing only. */
function plantElongated(image: DrawnImage, _: RealisticProject, random: Random) {
	const label = pickOfType(image, 'rectangle', random);
	if (label === undefined) return undefined;
	const box = boxOf(label.geometry);
	const side = Math.sqrt(box.width * box.height);
	const elongation = random.between(4, 5);
	const isWide = box.width > box.height;
	const [width, height] = isWide ? [side * elongation, side / elongation] : [side / elongation, side * elongation];
	if (Math.min(width, height) < 4 || width > 0.8 * image.width || height > 0.8 * image.height) return undefined;
	const [x, y] = [(image.width - width) / 2, (image.height - height) / 2];
	return [replace(image, label, { type: 'rectangle', x, y, width, height })];
}

/** A polygon of which a stretch was clicked in the wrong order. */
function plantCrossing(image: DrawnImage, _: RealisticProject, random: Random) {
	const label = pickOfType(image, 'polygon', random);
	if (label?.geometry.type !== 'polygon' || boxOf(label.geometry).width < 20) return undefined;
	const points = [...label.geometry.points];
	const from = random.index(points.length - 3);
	const stretch = points.splice(from, 3 + random.index(Math.min(points.length - from - 2, 3)));
	points.splice(from, 0, ...stretch.reverse());
	return crosses(points) ? [replace(image, label, { type: 'polygon', points })] : undefined;
}

/** Whether any two edges cross, by comparing all of them. */
function crosses(points: readonly Point[]): boolean {
	const edges = points.map((point, index) => [point, points[(index + 1) % points.length] ?? point] as const);
	const turn = (a: Point, b: Point, c: Point) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
	return edges.some(([a, b], index) =>
		edges.slice(index + 1).some(([c, d]) => turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0),
	);
}

/** A shape that was never finished. */
function plantDegenerate(image: DrawnImage, _: RealisticProject, random: Random) {
	const label = random.pick(image.objects);
	const box = boxOf(label.geometry);
	const corner = { x: box.x, y: box.y };
	const end = { x: box.x + 30, y: box.y + 12 };
	const middle = { x: box.x + 15, y: box.y + 6 };
	switch (label.geometry.type) {
		case 'rectangle':
			return [replace(image, label, { type: 'rectangle', ...box, ...random.pick([{ width: 0 }, { height: 0 }]) })];
		case 'polygon':
			return [
				replace(image, label, {
					type: 'polygon',
					points: random.pick([
						[corner, end, end],
						[corner, middle, end],
					]),
				}),
			];
		case 'segmentation':
			return [replace(image, label, { type: 'segmentation', regions: [[[corner, middle, end]]] })];
		case 'line':
			return [replace(image, label, { type: 'line', points: [corner, corner] })];
		case 'point':
			return undefined;
	}
}

/** A required answer that nobody has given. */
function plantMissingValue(image: DrawnImage, _: RealisticProject, random: Random) {
	const sign = image.objects.find(({ className }) => className === 'sign');
	const none = { values: [], children: {} };
	if (sign === undefined || random.happens(0.5)) {
		image.classifications = random.happens(0.5) ? {} : { weather: none };
		return [];
	}
	const unanswered = { ...sign, classifications: random.happens(0.5) ? {} : { color: none } };
	image.objects.splice(image.objects.indexOf(sign), 1, unanswered);
	return [unanswered];
}

/** An image that was completed by mistake. */
function plantEmpty(image: DrawnImage) {
	image.objects = [];
	return [];
}

/** A bicycle without the helmet, or a car without the plate, that all others have. */
function plantMissingCompanion(image: DrawnImage, _: RealisticProject, random: Random) {
	const car = image.objects.find(({ className }) => className === 'car');
	if (car !== undefined && random.happens(0.7)) {
		const bare = { ...car, children: [] };
		image.objects.splice(image.objects.indexOf(car), 1, bare);
		return [bare];
	}
	if (!image.objects.some(({ className }) => className === 'bicycle')) return undefined;
	image.objects = image.objects.filter(({ className }) => className !== 'helmet');
	return [];
}

/** An image that was uploaded twice, into another dataset or under another name, and labeled by importing the same labels. */
function plantSameImage(image: DrawnImage, project: RealisticProject, random: Random) {
	if (image.objects.length < 3) return undefined;
	const isRenamed = random.happens(0.5);
	const copy: DrawnImage = {
		...image,
		imageId: `${image.imageId}-copy`,
		taskId: `${image.taskId}-copy`,
		imageName: isRenamed ? `copy of ${image.imageName}` : image.imageName,
		objects: image.objects.map((label) => ({ ...label, id: freshId() })),
	};
	project.images.push(copy);
	project.datasets.set(copy.imageId, { datasetId: 'test', datasetName: 'Test' });
	return [];
}

function replace(image: DrawnImage, label: LabelObject, geometry: Geometry): LabelObject {
	const replaced = { ...label, geometry };
	image.objects.splice(image.objects.indexOf(label), 1, replaced);
	return replaced;
}

function pickArea({ objects }: DrawnImage, random: Random): LabelObject | undefined {
	const areas = objects.filter(({ geometry: { type } }) => type !== 'point' && type !== 'line');
	return areas.length === 0 ? undefined : random.pick(areas);
}

function pickOfType({ objects }: DrawnImage, type: Geometry['type'], random: Random): LabelObject | undefined {
	const labels = objects.filter(({ geometry }) => geometry.type === type);
	return labels.length === 0 ? undefined : random.pick(labels);
}
