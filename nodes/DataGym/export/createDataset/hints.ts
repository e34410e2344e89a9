import { conversionLines, emptySplits, type ImageList, type Steps } from '@datagym/labels';
import { showHint } from '@datagym/shared/hints';
import type { Run } from '../../runner/runContext';
import { orientationPart } from './orientation';
import type { DatasetParameters } from './parameters';
import { type Dataset, splitCounts } from './plan';
import { changedFieldNames } from './report';
import { togetherReport } from './together';

const MAX_HINTS = 5;

/** Above the output, so that nobody trains on less than they think. */
export function* showHints({ n8n }: Run, parameters: DatasetParameters, dataset: Dataset): Steps<void> {
	const { images, report, skipped, labels } = dataset;
	const unread = labels.problems.filter(({ severity }) => severity === 'error').length;
	const notes =
		images.length === 0
			? [emptyMessage(dataset)]
			: [
					...newStartHint(parameters),
					...(yield* splitHint(parameters, dataset)),
					...(yield* dividedHint(dataset)),
					...(skipped.length > 0 ? [`Skipped images: ${skipped.length}, because their files could not be read.`] : []),
					...(unread > 0
						? [
								`Labels that could not be read: ${unread}. See "unreadableLabels", or set "Label Source" in the options to "Task Details".`,
							]
						: []),
					...(yield* orientationHint(parameters, images)),
					...conversionLines(report.sorted()),
				];
	const more = notes.length - MAX_HINTS;
	const rest = more > 0 ? [`${more} more in "conversionReport".`] : [];
	showHint(n8n, [...notes.slice(0, MAX_HINTS), ...rest]);
}

/** Why a dataset has no images, and what becomes of the folder that holds the earlier ones. */
export function emptyMessage(dataset: Dataset): string {
	const message = emptyReason(dataset);
	if (dataset.changes.removedFiles().length === 0) return message;
	return `${message} Delete the files in "removedFiles", or keep the earlier manifest for the next run.`;
}

function emptyReason({ labels: { excluded }, skipped, withoutClass }: Dataset): string {
	const reasons = Object.entries({
		skipped: excluded.skipped,
		'without labels': excluded.withoutLabels,
		'with unreadable files': skipped.length,
		'without a class': withoutClass,
	}).filter(([, count]) => count > 0);
	const total = reasons.reduce((sum, [, count]) => sum + count, 0);
	if (total === 0) return 'The project has no finished images, so no dataset was created. Complete some tasks first.';
	const list = reasons.map(([reason, count]) => `${reason}: ${count}`).join(', ');
	return `No finished image can be used, so no dataset was created (${list}). Check the options.`;
}

function newStartHint(parameters: DatasetParameters): string[] {
	const names = changedFieldNames(parameters);
	if (names.length > 0)
		return [
			`The manifest was made with other settings (${names.join(', ')}), so all files were written. Delete the files in "removedFiles".`,
		];
	if (parameters.earlier?.version !== 1) return [];
	return [
		'The manifest is of an earlier version of this node, so all files were written. Unpack them into an empty folder.',
	];
}

function* splitHint({ shares, format: { name, writes } }: DatasetParameters, dataset: Dataset): Steps<string[]> {
	const { images, splitOf, tiles } = dataset;
	if (tiles?.tiles === 0)
		return [
			'No tile has a label, so the dataset has no images. Raise "Tiles Without Labels (%)", or choose other tiles.',
		];
	const counts = tiles?.splits ?? (yield* splitCounts(images, splitOf));
	const empty = emptySplits(counts, shares);
	const missing = (writes.neededSplits ?? []).filter((split) => counts[split] === 0 && !empty.includes(split));
	if (missing.length > 0)
		return [`${name} needs images in ${missing.join(' and ')}, which has no share. Give it one in the options.`];
	if (empty.length === 0) return [];
	return [
		`No images in ${empty.join(' and ')}: there are too few, or the manifest keeps all in their splits. Complete more images, or use {} as the manifest.`,
	];
}

function* dividedHint(dataset: Dataset): Steps<string[]> {
	const count = (yield* togetherReport(dataset))?.divided.length ?? 0;
	if (count === 0) return [];
	return [
		`Groups in more than one split: ${count}, because the manifest keeps their images where they were. Use {} as the manifest to split anew.`,
	];
}

function* orientationHint(parameters: DatasetParameters, images: ImageList): Steps<string[]> {
	const { imageCount, action, frame } = (yield* orientationPart(parameters, images)).orientation ?? { imageCount: 0 };
	const { format, includesImages } = parameters;
	if (imageCount === 0) return [];
	const photographs = `${imageCount} ${imageCount === 1 ? 'photograph has' : 'photographs have'} an EXIF orientation.`;
	if (action === 'madeUpright')
		return [`${photographs} Their pixels were turned and saved again, so that the labels fit in every reader.`];
	if (action === 'tagRemoved')
		return [`${photographs} It was removed from the files, so that the labels fit in every reader.`];
	if (frame === 'stored')
		return [
			`${photographs} The labels fit the stored pixels. Use files without the orientation, or include the images.`,
		];
	if (format.writes.orientation !== 'mixed') return [];
	const remedy = includesImages
		? 'For others, set "Photographs with an Orientation" to "Make Upright".'
		: 'For others, such as datasets of torchvision, turn on "Include Images".';
	return [`${photographs} The labels fit readers that apply it. ${remedy}`];
}
