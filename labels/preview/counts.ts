import { eachObject, type LabeledImage } from '../model';

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
