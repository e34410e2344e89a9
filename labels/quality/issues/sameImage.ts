import { labelOf, type LabeledImage } from '../../model';
import type { Steps } from '../../steps/steps';
import type { ExaminedLabel } from './examined';
import type { Finding, IssueKind } from './issue';
import { shownCount } from './numbers';
import type { ProjectFacts } from './projectFacts';
import { frameOf } from './sequences';

/** Datasets that share more names than this have been named alike, such as 0001.jpg, 0002.jpg, … each. */
const MOST_SHARED_NAMES = 20;

/** Fewer labels may well be in the same place on two images. */
const FEWEST_LABELS = 3;

/** As many images with the same labels were not labeled one by one. */
const TEMPLATE = 4;

export const sameImage: IssueKind = {
	key: 'sameImage',
	name: 'Same Image Twice',
	description: 'Images with the name or labels of another',
	search: (project) => {
		const byLabels = new Map<number, LabeledImage[]>();
		return {
			look({ image, labels }) {
				if (labels.length >= FEWEST_LABELS) append(byLabels, placesHash(labels), image);
				return [];
			},
			*end() {
				const found: Finding[] = [];
				const reported = new Set<LabeledImage>();
				const all = (yield* ofOneName(project)).concat(yield* ofSameLabels(project, byLabels.values()));
				for (const finding of all) {
					if (finding.image !== undefined && reported.has(finding.image)) continue;
					if (finding.image !== undefined) reported.add(finding.image);
					found.push(finding);
				}
				return found;
			},
		};
	},
};

function* ofOneName(project: ProjectFacts): Steps<Finding[]> {
	const found: Finding[] = [];
	const byName = new Map<string, LabeledImage[]>();
	for (const image of project.images) {
		yield;
		if (image.imageName !== '') append(byName, image.imageName, image);
	}
	const byDatasets = new Map<string, Array<readonly [LabeledImage, LabeledImage]>>();
	for (const [first, ...others] of byName.values()) {
		yield;
		if (first === undefined) continue;
		for (const other of others)
			append(byDatasets, `${datasetOf(first, project)?.datasetId} ${datasetOf(other, project)?.datasetId}`, [
				first,
				other,
			]);
	}
	for (const pairs of byDatasets.values()) {
		yield;
		if (pairs.length > MOST_SHARED_NAMES) found.push(ofManyNames(pairs, project));
		else for (const [otherImage, image] of pairs) found.push(ofName(image, otherImage, project));
	}
	return found;
}

function ofName(image: LabeledImage, otherImage: LabeledImage, project: ProjectFacts): Finding {
	const isSame = image.objects.length > 0 && labelText(image) === labelText(otherImage);
	return {
		// Cameras number their images alike.
		severity: isSame ? 'high' : 'low',
		reason: `Another image is called "${image.imageName}", too${placesOf(otherImage, image, project)}${isSame ? ', and has the same labels' : ''}. If they are the same, delete one, or a model is tested on what it was trained on.`,
		image,
		otherImage,
		measure: 'imagesOfOneName',
		value: 2,
		limit: 2,
	};
}

function ofManyNames(pairs: ReadonlyArray<readonly [LabeledImage, LabeledImage]>, project: ProjectFacts): Finding {
	const [[first, other] = []] = pairs;
	const example = first === undefined ? '' : `, such as "${first.imageName}"`;
	const places = first === undefined || other === undefined ? '' : placesOf(first, other, project);
	return {
		severity: 'low',
		reason: `${shownCount(pairs.length)} names of images exist twice${places}${example}. If the images are the same, remove one of the datasets.`,
		measure: 'imagesOfOneName',
		value: pairs.length,
		limit: MOST_SHARED_NAMES,
	};
}

function* ofSameLabels(project: ProjectFacts, groups: Iterable<readonly LabeledImage[]>): Steps<Finding[]> {
	const found: Finding[] = [];
	for (const candidates of groups) {
		yield;
		// Other labels may have the same hash.
		const byText = new Map<string, LabeledImage[]>();
		if (candidates.length > 1) for (const image of candidates) append(byText, labelText(image), image);
		for (const [otherImage, ...images] of byText.values()) {
			if (otherImage === undefined || images.length + 1 >= TEMPLATE) continue;
			for (const image of images) {
				// Frames of one camera may show things that stand still.
				if (areFramesOfOne(image, otherImage)) continue;
				found.push({
					severity: 'medium',
					reason: `All ${shownCount(image.objects.length)} labels are exactly where they are in "${labelOf(otherImage)}"${placesOf(otherImage, image, project)}. If the images are the same, delete one.`,
					image,
					otherImage,
					measure: 'sameLabels',
					value: image.objects.length,
					limit: FEWEST_LABELS,
				});
			}
		}
	}
	return found;
}

function areFramesOfOne(a: LabeledImage, b: LabeledImage): boolean {
	const [first, second] = [frameOf(a.imageName), frameOf(b.imageName)];
	return first !== undefined && first.sequence === second?.sequence && first.number !== second.number;
}

/** The same for images with the same labels, and seldom for others: the texts of all images would take far longer. */
function placesHash(labels: readonly ExaminedLabel[]): number {
	let hash = labels.length;
	for (const { box } of labels)
		if (box !== undefined)
			for (const side of [box.x, box.y, box.width, box.height])
				hash = Math.imul(hash ^ Math.round(side * FRACTIONS), HASH_PRIME);
	return hash;
}

/** Parts of a pixel that tell two places apart. */
const FRACTIONS = 16;
/** FNV-1a, 32 bits. */
const HASH_PRIME = 16_777_619;

function labelText({ objects }: LabeledImage): string {
	return JSON.stringify(objects.map(({ className, geometry }) => [className, geometry]));
}

function datasetOf({ imageId }: LabeledImage, { datasets }: ProjectFacts) {
	return datasets.get(imageId);
}

/** In which datasets two images are, if that is known. */
function placesOf(a: LabeledImage, b: LabeledImage, project: ProjectFacts): string {
	const [first, second] = [datasetOf(a, project), datasetOf(b, project)];
	if (first === undefined || second === undefined) return '';
	return first.datasetId === second.datasetId
		? ` (both in "${first.datasetName}")`
		: ` (in "${first.datasetName}" and "${second.datasetName}")`;
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [value]);
	else list.push(value);
}
