/** Why a label or an image was skipped or converted, in words for counting. */
export type ConversionReason = keyof typeof MESSAGES;

const MESSAGES = {
	'geometry-type':
		'The format has no place for geometries of this type, so the labels were skipped. To keep them, choose CVAT or LabelMe.',
	'reduced-to-box':
		'The format supports boxes only, so shapes were replaced by their bounding boxes. To keep them, choose a segmentation format.',
	'reduced-to-polygon': 'The format supports simple polygons only, so holes were filled. To keep them, choose COCO.',
	'split-into-parts':
		'The format allows one polygon per label, so each further part became a label. To keep parts together, choose COCO.',
	classification:
		'The format has no place for these classifications, so their values were skipped. To keep them, choose CVAT or DataGym JSON.',
	nesting:
		'The format has no nested labels, so they were written next to their parents. To keep the nesting, choose COCO or DataGym JSON.',
	score: 'The format has no place for these scores, so they were skipped. To keep them, choose Label Studio.',
	'unknown-class':
		'The label configuration does not contain this class, so the labels were skipped. Export again with the current configuration.',
	'not-in-project':
		'The project has no such class, so the labels were skipped. To keep them, map the class with "Class Mapping".',
	excluded: 'The class is excluded, so its labels were skipped. To keep them, remove it from "Exclude Classes".',
	'merged-class':
		'The format writes the names of several classes alike, so their labels have one class. Rename one with "Class Names".',
	'low-score': 'The score is below the minimum, so the labels were skipped. To keep them, lower the "Minimum Score".',
	overlapping:
		'A label of the same class with a higher score overlaps, so the labels were skipped. To keep them, raise the "Maximum Overlap".',
	'no-size':
		'The format needs the image size, which is unknown, so the image was skipped. Check that the image file can be downloaded.',
	broken: 'The shape has invalid coordinates or too few points, so the labels were skipped. Correct them in DataGym.',
	outside: 'The shape lies completely outside the image, so the labels were skipped. Correct their coordinates.',
	clipped:
		'The shape extends beyond the image and was clipped at its edge. If that is unexpected, check the image size.',
	'too-small':
		'The shape has no area, or none once its coordinates are rounded, so the labels were skipped. Draw them larger.',
	'not-in-tiles':
		'No tile shows enough of the label, so it was skipped. Lower "Tile Minimum Visible Share (%)", or choose larger tiles.',
	'small-crop': 'The box is smaller than the minimum, so there is no crop of it. Lower "Minimum Crop Size".',
	duplicate: 'The same label exists more than once and was written once. Delete the duplicates in DataGym.',
	'without-labels':
		'The format has no rows for images without labels, so they are not in its files. To keep them as negatives, choose COCO or YOLO.',
	'several-classes':
		'The format allows one class per image, so only the first value was used. Select a single value in DataGym.',
	'without-class':
		'The image has no value for the classification that gives its class, so it was skipped. Add a value in DataGym.',
	converted:
		'The class has another geometry type, so the labels were converted to it. To keep their shapes, map them to a class of their own type.',
	'several-labels':
		'A label of this class has one part, so labels with several parts became several labels. Join them in DataGym if they belong together.',
	'holes-filled': 'The class is a polygon, so holes were filled. Draw them in DataGym if they matter.',
	specks: 'Parts and holes of a few pixels were left out of masks. To keep them, set "Mask Tolerance" to 0.',
	keypoint:
		'The class has no points of these names nested in it, so the keypoints were skipped. Map them with "Class Mapping", or enter "Keypoints" if they have no names.',
	'without-keypoints':
		'The class has no point classes nested in it, so its labels were skipped. To keep them, choose COCO.',
	'no-parent':
		'The class is nested in another one, of which no label contains these, so they were skipped. Set "Without Parent" to "Fail" to be told of them.',
	'image-class':
		'No classification of the image has this option, so the class of the image was skipped. Map it with "Class Mapping", or add the option.',
	'several-answers':
		'The classification takes one option, so further classes of the image were skipped. Make it a checklist to keep them.',
	'several-classifications':
		'Several classifications have this option, so the class of the image was skipped. Enter the key of one in "Image Classification".',
	unreadable: 'The labels could not be read and were skipped. Correct the output of the model.',
	'unknown-value':
		'The label configuration has no such classification or option, so the values were skipped. To keep them, add it.',
	'large-file':
		'The file is larger than 10 MB, which the format cannot have, so the image was skipped. Upload a smaller one, or set "Tile Size".',
	renamed:
		'The image name is not a safe file name, has no image extension or is used twice, so its file has another name. See "renamedImages" for both.',
} as const;

/** One kind of skipped or converted labels, counted. */
export interface Conversion {
	readonly reason: ConversionReason;
	readonly className?: string;
	readonly count: number;
	/** Name (or ID) of an image in which it occurred: the first one in alphabetical order. */
	readonly example: string;
	/** A sentence for people that ends with the remedy. */
	readonly message: string;
}

/** What happened, after the count: of one, and of several. Without one, its message says it. */
const HEADS: Partial<Record<ConversionReason, readonly [one: string, several: string]>> = {
	'geometry-type': [
		'label skipped, whose geometry the format lacks',
		'labels skipped, whose geometry the format lacks',
	],
	'reduced-to-box': ['shape converted to a box', 'shapes converted to boxes'],
	'reduced-to-polygon': ['shape with holes filled', 'shapes with holes filled'],
	'split-into-parts': ['part became a label of its own', 'parts became labels of their own'],
	classification: ['classification value skipped', 'classification values skipped'],
	nesting: ['nested label written next to its parent', 'nested labels written next to their parents'],
	score: ['score skipped', 'scores skipped'],
	'unknown-class': ['label of an unknown class skipped', 'labels of unknown classes skipped'],
	'not-in-project': [
		'label skipped, whose class is not in the project',
		'labels skipped, whose classes are not in the project',
	],
	excluded: ['label of an excluded class skipped', 'labels of excluded classes skipped'],
	'low-score': ['label below the minimum score skipped', 'labels below the minimum score skipped'],
	overlapping: ['overlapping label skipped', 'overlapping labels skipped'],
	broken: ['broken label skipped', 'broken labels skipped'],
	outside: ['label outside the image skipped', 'labels outside the image skipped'],
	clipped: ['label clipped at the edge of the image', 'labels clipped at the edge of the image'],
	'too-small': ['label without an area skipped', 'labels without an area skipped'],
	duplicate: ['duplicate label written once', 'duplicate labels written once'],
	unreadable: ['unreadable label skipped', 'unreadable labels skipped'],
};

/** Classes that a line names. */
const MOST_CLASSES = 5;

/**
 * One line a reason for the hint above the output: `5 shapes converted to boxes (bowl, fruit, flower). To keep them, choose a
 * segmentation format.` Classes with the most labels come first.
 */
export function conversionLines(conversions: Iterable<Conversion>): string[] {
	const reasons = new Map<ConversionReason, Map<string, number>>();
	for (const { reason, className = '', count } of conversions) {
		const classes = reasons.get(reason) ?? new Map<string, number>();
		reasons.set(reason, classes.set(className, (classes.get(className) ?? 0) + count));
	}
	return [...reasons].map(([reason, classes]) => {
		const count = [...classes.values()].reduce((sum, each) => sum + each, 0);
		const names = [...classes].sort(([, a], [, b]) => b - a).flatMap(([name]) => (name === '' ? [] : [name]));
		const more = names.length > MOST_CLASSES ? ` and ${names.length - MOST_CLASSES} more` : '';
		const named = names.length === 0 ? '' : ` (${names.slice(0, MOST_CLASSES).join(', ')}${more})`;
		const message = MESSAGES[reason];
		const [one, several] = HEADS[reason] ?? [];
		if (one === undefined || several === undefined) return `${count}${named}: ${message}`;
		return `${count} ${count === 1 ? one : several}${named}. ${message.slice(message.indexOf('. ') + 2)}`;
	});
}

/** Counts skipped and converted labels by reason and class, so that a million of them take no more memory than one. */
export class ConversionReport {
	private readonly kinds = new Map<
		string,
		{ reason: ConversionReason; className: string | undefined; count: number; example: string }
	>();

	add(reason: ConversionReason, example: string, className?: string, count = 1): void {
		const key = `${reason} ${className ?? ''}`;
		const kind = this.kinds.get(key);
		if (kind === undefined) {
			this.kinds.set(key, { reason, className, count, example });
			return;
		}
		kind.count += count;
		if (example < kind.example) kind.example = example;
	}

	/** The conversions in the order in which they occurred first. */
	list(): Conversion[] {
		return [...this.kinds.values()].map(({ className, ...kind }) => ({
			...kind,
			...(className !== undefined && { className }),
			message: MESSAGES[kind.reason],
		}));
	}

	/** By reason and class, for those who write files at once, so that it is chance which occurs first. */
	sorted(): Conversion[] {
		const kindOf = ({ reason, className = '' }: Conversion) => `${reason} ${className}`;
		return this.list().sort((a, b) => (kindOf(a) < kindOf(b) ? -1 : 1));
	}
}
