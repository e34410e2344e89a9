import type { IBinaryData, IDataObject } from 'n8n-workflow';
import type { ListedTask } from '@datagym/client';
import { fileNamesOf, type GrayPicture, ConversionReport, readGrayBmp, stemOf, writeIndexedPng } from '@datagym/labels';
import { projectKeys } from '@datagym/shared/classKeys';
import { InputError } from '@datagym/shared/errors';
import { field, outputBinaryField } from '@datagym/shared/fields';
import { keysOfProject, projectId } from '../fields';
import { getLabelConfig } from '@datagym/shared/labelConfig';
import { getTasks, LABELED_STATES, statusFilter, statusOf, taskStates } from '../projectTasks';
import { byImage } from '../records';
import type { ItemInput } from '../runner/itemInput';
import type { ItemOperation, Output } from '../runner/operation';
import { withProgress } from '../runner/progress';
import type { Run } from '../runner/runContext';

const fileFormat = field({
	displayName: 'File Format',
	name: 'fileFormat',
	type: 'options',
	default: 'png',
	options: [
		{ name: 'BMP', value: 'bmp', description: 'As the server creates it' },
		{ name: 'PNG', value: 'png', description: 'With lossless compression' },
	],
	description: 'File format of the masks',
});

const segmentationClassKeys = keysOfProject(
	{
		displayName: 'Class Keys',
		name: 'classKeys',
		description: 'Leave empty to include all segmentation classes',
	},
	'getSegmentationClasses',
);

const includeEmpty = field({
	displayName: 'Include Empty Masks',
	name: 'includeEmpty',
	type: 'boolean',
	default: true,
	description: 'Whether to include all-black masks',
});

const status = statusFilter('Leave empty to include all three', LABELED_STATES);

export const downloadMasks: ItemOperation = {
	value: 'downloadMasks',
	name: 'Download Masks',
	action: 'Download masks of project',
	description: 'Download one mask per finished image and class',
	fields: [projectId, fileFormat, outputBinaryField],
	options: [segmentationClassKeys, includeEmpty, status],
	async run(item, run) {
		const masks = await masksOf(item, run);
		let count = 0;
		let isFailed = false;
		const download = async (mask: Mask): Promise<readonly Output[]> => {
			if (isFailed || run.isCanceled) return [];
			const output = await downloadMask(item, run, mask).catch((error: unknown) => {
				isFailed = true;
				throw error;
			});
			count++;
			return output === undefined ? [] : [output];
		};
		const work = Promise.all(masks.map((mask) => run.limit(download, mask)));
		return (await withProgress(run.n8n, () => `downloaded ${count} of ${masks.length} masks`, work)).flat();
	},
};

/** One that is to be downloaded. */
interface Mask {
	readonly task: ListedTask;
	readonly className: string;
	/** Without an extension. */
	readonly name: string;
}

async function masksOf(item: ItemInput, run: Run): Promise<readonly Mask[]> {
	const id = item.id(projectId);
	const states = taskStates(item.options.list(status), LABELED_STATES);
	const tasks = [...(await getTasks(run, id, states))].sort(byImage);
	if (tasks.length === 0) return [];
	const keys = await segmentationKeys(item, run, id);
	const names = fileNamesOf(tasks, new ConversionReport());
	// A class key has no dot, so no two masks get one name.
	return tasks.flatMap((task) =>
		keys.map((className) => ({
			task,
			className,
			name: `${stemOf(names.get(task.imageId) ?? task.imageId)}.${className}`,
		})),
	);
}

async function segmentationKeys(item: ItemInput, run: Run, id: string): Promise<readonly string[]> {
	const given = item.options.list(segmentationClassKeys);
	const config = await getLabelConfig(run.api, id);
	const all = [
		...new Set((config?.classes ?? []).filter(({ type }) => type === 'segmentation').map(({ key }) => key)),
	].sort();
	if (all.length > 0)
		return given.length > 0 ? projectKeys(segmentationClassKeys.displayName, given, all, 'segmentation class') : all;
	throw new InputError(
		'The project has no segmentation class, so there are no masks to download',
		'Use Export: Create Training Dataset with the format "Masks (PNG)", which also draws boxes and polygons.',
	);
}

/** @returns nothing for an empty mask that the user does not want. */
async function downloadMask(item: ItemInput, run: Run, mask: Mask): Promise<Output | undefined> {
	const binaryField = item.requiredText(outputBinaryField);
	const isPng = item.choice(fileFormat) === 'png';
	const keepsEmpty = item.options.flag(includeEmpty);
	const { stream } = await run.api.exports.bitmap(mask.task.taskId, mask.className);
	if (!isPng && keepsEmpty)
		return outputOf(
			mask,
			binaryField,
			await run.n8n.helpers.prepareBinaryData(stream, `${mask.name}.bmp`, 'image/bmp'),
		);
	const bmp = await run.n8n.helpers.binaryToBuffer(stream);
	const picture = readGrayBmp(bmp);
	if (picture === undefined)
		throw new InputError(
			`The mask of "${mask.task.imageName}" is not an 8-bit BMP`,
			'Set "File Format" to "BMP" and turn on "Include Empty Masks" to get it unchanged.',
		);
	const isEmpty = picture.pixels.every((pixel) => pixel === 0);
	if (isEmpty && !keepsEmpty) return undefined;
	const bytes = isPng ? pngOf(picture) : bmp;
	const binary = await run.n8n.helpers.prepareBinaryData(
		bytes,
		`${mask.name}.${isPng ? 'png' : 'bmp'}`,
		isPng ? 'image/png' : 'image/bmp',
	);
	return outputOf(mask, binaryField, binary, { width: picture.width, height: picture.height, empty: isEmpty });
}

/** The palette says that a value is its gray, so that readers of values and readers of colors see the same. */
function pngOf({ width, height, pixels }: GrayPicture): Buffer {
	const palette = Uint8Array.from({ length: 3 * 256 }, (_, index) => Math.floor(index / 3));
	return Buffer.from(writeIndexedPng(width, height, pixels, palette));
}

function outputOf(
	{ task, className }: Mask,
	binaryField: string,
	binary: IBinaryData,
	facts: IDataObject = {},
): Output {
	const { taskId, imageId, imageName, state } = task;
	return {
		json: {
			taskId,
			imageId,
			imageName,
			status: statusOf(state),
			className,
			fileName: binary.fileName ?? '',
			...facts,
		},
		binary: { [binaryField]: binary },
	};
}
