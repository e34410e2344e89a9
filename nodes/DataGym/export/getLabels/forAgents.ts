import type { IDataObject } from 'n8n-workflow';
import { eachObject, FirstItems, type LabelClass, type LabeledImage, type LabelProblem } from '@datagym/labels';
import { classesRecord } from '@datagym/shared/labelRecords';
import { finish } from '@datagym/shared/turns';
import { briefLabels, LABEL_TEXT } from '../../briefLabels';
import { inChosenForm, isBrief } from '../../output';
import { byImage } from '../../records';
import type { ItemInput } from '../../runner/itemInput';
import type { Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { type ImageRecord, rawRecord, readWanted as readExport, simpleRecord } from './fromExport';
import { readWanted as readTasks, recordOf as recordOfTask } from './fromTasks';
import { type Page, type Parameters, source } from './parameters';

/**
 * What all images of an answer may have together, in bytes of JSON: IDs, names and numbers take a token for each two or three of them
 * (measured with OpenAI's o200k), and an answer shall not take more than 8,000.
 */
const MOST_BYTES = 14_000;

/** Classes that are counted by name; those with fewer labels are counted together. */
const MOST_CLASSES = 50;

/** A part of a project's images, and what is known of all of them. */
interface Part {
	readonly records: readonly IDataObject[];
	readonly classes: readonly LabelClass[];
	/** Of all images; what is missing would need a request for each task. */
	readonly counts: IDataObject;
	/** Whether there are images behind the records. */
	readonly hasMore: boolean;
}

/** First an item with the counts and where to go on, then as many images as a model can read, by name. */
export async function labelsForAgent(
	item: ItemInput,
	run: Run,
	parameters: Parameters,
	page: Page,
): Promise<readonly Output[]> {
	const part =
		item.choice(source) === 'tasks'
			? await partOfTasks(item, run, parameters, page)
			: await partOfExport(item, run, parameters, page);
	const shown = page.isBounded ? part.records.slice(0, fitting(part.records)) : part.records;
	const hasMore = part.hasMore || shown.length < part.records.length;
	const summary = {
		projectId: parameters.projectId,
		...part.counts,
		shownImages: shown.length,
		...(page.offset > 0 ? { offset: page.offset } : {}),
		...(hasMore ? { nextOffset: page.offset + shown.length } : {}),
		...(isBrief(item) && shown.length > 0 ? { note: LABEL_TEXT } : {}),
		...(parameters.withClasses ? { classes: classesRecord(part.classes) } : {}),
	};
	return [summary, ...shown].map((json) => ({ json }));
}

/** How many of the records fit; one always does, so that there is a way on. */
function fitting(records: readonly IDataObject[]): number {
	let length = 0;
	const first = records.findIndex((record) => (length += Buffer.byteLength(JSON.stringify(record))) > MOST_BYTES);
	return first < 0 ? records.length : Math.max(1, first);
}

async function partOfExport(item: ItemInput, run: Run, parameters: Parameters, { offset, limit }: Page): Promise<Part> {
	const first = new FirstItems<ImageRecord>(offset + limit, byImage);
	const counter = new Counter();
	const classes = await readExport(run, parameters, ({ image, problems, raw, bitmaps, video }) => {
		counter.add(image);
		const { imageId, imageName } = image;
		const known = { taskId: bitmaps.taskId, ...video };
		const json = inChosenForm(item, {
			raw: () => rawRecord(image, raw),
			record: () => ({ ...simpleRecord(image, problems, bitmaps), ...video }),
			brief: () => briefImage(image, problems, known),
		});
		first.add({ imageId, imageName, json });
	});
	const records = (await finish(first.list())).slice(offset);
	return {
		records: records.map(({ json }) => json as IDataObject),
		classes,
		counts: counter.result(),
		hasMore: offset + records.length < counter.images,
	};
}

/** Which tasks have labels of a class is known only when they are read; without such a choice, those before the page are not. */
async function partOfTasks(item: ItemInput, run: Run, parameters: Parameters, { offset, limit }: Page): Promise<Part> {
	const skip = parameters.classKeys.size === 0 ? offset : 0;
	const wanted = { ...parameters, skip, most: offset - skip + limit };
	const { found, classes, taskCount, hasMore } = await readTasks(run, wanted, (reading) => {
		const { problems, task } = reading;
		return recordOfTask(reading, parameters, (image, raw, record) =>
			inChosenForm(item, { raw, record, brief: () => briefImage(image, problems, task) }),
		);
	});
	return {
		records: found.slice(offset - skip),
		classes,
		counts: parameters.classKeys.size === 0 ? { imageCount: taskCount } : {},
		hasMore,
	};
}

function briefImage(
	image: LabeledImage,
	problems: readonly LabelProblem[],
	{ taskId, labeler = image.labeler }: { readonly taskId?: string | undefined; readonly labeler?: string | undefined },
): IDataObject {
	return {
		imageId: image.imageId,
		imageName: image.imageName,
		...(taskId === undefined ? {} : { taskId }),
		status: image.status ?? '',
		...(labeler === undefined ? {} : { labeler }),
		...briefLabels(image),
		...(problems.length === 0 ? {} : { problemCount: problems.length }),
	};
}

/** Counts the labels of all images, nested ones as well. */
class Counter {
	images = 0;
	private labels = 0;
	private readonly classes = new Map<string, number>();

	add(image: LabeledImage): void {
		this.images++;
		eachObject(image, ({ className }) => {
			this.labels++;
			this.classes.set(className, (this.classes.get(className) ?? 0) + 1);
		});
	}

	result(): IDataObject {
		const sorted = [...this.classes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
		const rest = sorted.slice(MOST_CLASSES).reduce((sum, [, count]) => sum + count, 0);
		return {
			imageCount: this.images,
			labelCount: this.labels,
			labelsByClass: Object.fromEntries(sorted.slice(0, MOST_CLASSES)),
			...(rest === 0 ? {} : { labelsOfOtherClasses: rest }),
		};
	}
}
