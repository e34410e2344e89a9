/** What a format could not hold, in words for counting. */
export type LossReason = keyof typeof MESSAGES;

const MESSAGES = {
	'geometry-type':
		'The format has no shape of this kind; the labels are left out. Choose a format that has, such as COCO or CVAT.',
	'reduced-to-box':
		'The format holds boxes only; shapes are written as the boxes around them. Choose a segmentation format to keep them.',
	'reduced-to-outline': 'The format holds outlines only; holes are filled. Choose COCO to keep them.',
	'split-into-parts':
		'The format holds one outline a label; labels of several parts are written as several labels. Choose COCO to keep them together.',
	classification:
		'The format has no place for classifications; they are left out. Choose COCO, CVAT or DataGym JSON to keep them.',
	nesting:
		'The format cannot say that a shape belongs to another; both are written side by side. Choose COCO or DataGym JSON to keep it.',
	score: 'The format has no place for scores; they are left out. Choose COCO or Label Studio to keep them.',
	'unknown-class':
		'The label configuration does not have the class; the labels are left out. Export again with the current configuration.',
	'left-out': 'The class is left out by choice.',
	'low-score': 'The score is below the threshold; the labels are left out. Lower the threshold to keep them.',
	overlapping:
		'A label of the same class with a higher score overlaps; the labels are left out. Raise the overlap to keep them.',
	'no-size':
		'The format needs the size of the image, which is not known; the image is left out. Let the sizes be read from the images.',
	broken: 'The shape has no usable coordinates or too few points; the labels are left out. Correct them in DataGym.',
	outside: 'The shape is completely outside of its image; the labels are left out. Correct their coordinates.',
	clipped: 'The shape reaches out of its image; it is cut off at the edge.',
	'too-small': 'The shape has no area left in whole or normalized numbers; the labels are left out. Draw them larger.',
	duplicate: 'The same label stands twice; the format keeps one of them. Remove the other in DataGym.',
	'without-labels':
		'The format has no rows for images without labels; they are not in the file. Choose COCO or YOLO to keep them as negatives.',
	'several-classes': 'The format holds one class an image; the image has several answers, and the first one counts.',
	unanswered:
		'The image has no answer to the classification that gives its class; it is left out. Answer it in DataGym.',
	converted:
		'The class has another kind of shape; the labels become that (the box around an outline, the corners of a box). Map them to a class of their own kind to keep them as they are.',
	'several-labels':
		'A polygon class holds one outline a label; labels of several parts become several labels. Join them in DataGym where that matters.',
	'holes-filled': 'A polygon class holds outlines only; holes are filled. Draw them in DataGym where they matter.',
	unread: 'The label cannot be read; it is left out. Correct the output of the model.',
	'unknown-answer':
		'The label configuration has no such question or option; the answers are left out. Add it to the configuration to keep them.',
	renamed: 'The name of the image is not safe as a file name or is used twice; its file has another name.',
} as const;

/** One kind of loss, counted. */
export interface Loss {
	readonly reason: LossReason;
	readonly className?: string;
	readonly count: number;
	/** Name (or id) of the first image that it was met in. */
	readonly example: string;
	/** A sentence for people that ends with the remedy. */
	readonly message: string;
}

/** Counts what writers cannot hold, by reason and class, so that a million losses take no more memory than one. */
export class Losses {
	private readonly kinds = new Map<
		string,
		{ reason: LossReason; className: string | undefined; count: number; example: string }
	>();

	add(reason: LossReason, example: string, className?: string, count = 1): void {
		const key = `${reason} ${className ?? ''}`;
		const kind = this.kinds.get(key);
		if (kind === undefined) this.kinds.set(key, { reason, className, count, example });
		else kind.count += count;
	}

	/** In the order in which they were met first. */
	list(): Loss[] {
		return [...this.kinds.values()].map(({ className, ...kind }) => ({
			...kind,
			...(className !== undefined && { className }),
			message: MESSAGES[kind.reason],
		}));
	}
}
