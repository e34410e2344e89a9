import { eachObject, type LabeledImage } from '../model';
import { stableHash } from '../dataset/stableHash';

/** Numbers about images that are met once and not kept. */
export class LabelCounts {
	/** Labels by the key of their class, nested ones, too. */
	readonly byClass = new Map<string, number>();
	/** Images by their status; empty when it is not known. */
	readonly byStatus = new Map<string, number>();
	/** How many images have how many labels. */
	readonly byLabelCount = new Map<number, number>();
	images = 0;
	labels = 0;

	add(image: LabeledImage): void {
		let labels = 0;
		eachObject(image, ({ className }) => {
			increase(this.byClass, className);
			labels++;
		});
		increase(this.byStatus, image.status ?? '');
		increase(this.byLabelCount, labels);
		this.images++;
		this.labels += labels;
	}
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What an image is known by before its labels are read. */
type Named = Pick<LabeledImage, 'imageId' | 'imageName'>;

/**
 * At most `size` of any number of images, which are met once and not kept: the first by name, or a sample that only
 * depends on which images there are. An image that is added to the project changes one image of the sample at most.
 */
export class Sample<Item extends Named> {
	private items: Item[] = [];

	constructor(
		private readonly size: number,
		private readonly isRandom: boolean,
	) {}

	add(item: Item): void {
		this.items.push(item);
		if (this.items.length >= 2 * this.size + 100) this.cut();
	}

	/** By name. */
	list(): readonly Item[] {
		this.cut();
		return [...this.items].sort(byName);
	}

	private cut(): void {
		this.items = this.items.sort(this.isRandom ? byHash : byName).slice(0, this.size);
	}
}

function byName(a: Named, b: Named): number {
	return compare(a.imageName, b.imageName) || compare(a.imageId, b.imageId);
}

function byHash(a: Named, b: Named): number {
	return stableHash(a.imageId) - stableHash(b.imageId) || byName(a, b);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
