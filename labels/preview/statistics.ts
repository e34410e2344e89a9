import { eachObject, type LabeledImage } from '../model';
import { stableHash } from '../dataset/stableHash';
import { FirstItems } from '../steps/firstItems';
import { sorted } from '../steps/sorted';
import type { Steps } from '../steps/steps';

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
	private readonly first: FirstItems<Placed<Item>>;

	constructor(
		size: number,
		private readonly isRandom: boolean,
	) {
		this.first = new FirstItems<Placed<Item>>(size, byPlace);
	}

	add(item: Item): void {
		this.first.add({ item, place: this.isRandom ? stableHash(item.imageId) : 0 });
	}

	/** By name. They are given away: nothing is held afterward. */
	*list(): Steps<readonly Item[]> {
		const chosen = yield* this.first.list();
		const items = chosen.map(({ item }) => item);
		return this.isRandom ? yield* sorted(items, byName) : items;
	}
}

interface Placed<Item> {
	readonly item: Item;
	readonly place: number;
}

function byPlace(a: Placed<Named>, b: Placed<Named>): number {
	return a.place - b.place || byName(a.item, b.item);
}

function byName(a: Named, b: Named): number {
	return compare(a.imageName, b.imageName) || compare(a.imageId, b.imageId);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
