import {
	type CoordinateUnit,
	folderOf,
	isMaskFile,
	isParquet,
	joinedLabels,
	type LabelClass,
	type LabeledImage,
	type LabelProblem,
	nameOf,
	type OpenedAnswer,
	type ReadableFormat,
	readInput,
	readInSteps,
	readParquet,
	type ReadImage,
	type ReadingParameters,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { finish, giveWay } from '@datagym/shared/turns';
import { textOf } from '../../prediction/answers/answerFile';
import { cocoIn, mayBeLargeCoco } from '../../prediction/answers/cocoStream';
import {
	type GivenAnswer,
	givenAnswer,
	NO_PARAMETERS,
	onlyReading,
	possibleReadings,
	type Recognition,
} from '../../prediction/answers/detection';
import { union } from '../../prediction/preparing/plans';
import { describeProblem } from '../../prediction/preparing/report';
import type { DatasetImage } from './fileSource';
import { displayedSize, placedLabels, storedSize } from './placedLabels';
import type { FileNote, Survey } from './survey';

/** How labels are read. */
export interface LabelRules {
	/** Undefined if the files tell. */
	readonly format: ReadableFormat | undefined;
	readonly isStored: boolean;
	readonly keypoints: readonly string[];
	/** Those of the project, as far as they are known. */
	readonly labelClasses: readonly LabelClass[] | undefined;
}

/** The labels of one image, in the pixels of the image as DataGym displays it. */
export interface ReadLabels {
	readonly image: LabeledImage;
	readonly format: ReadableFormat;
	/** Of the coordinates in the file. */
	readonly unit: CoordinateUnit;
	/** The label file, the first of several. */
	readonly file: string;
	readonly problems: readonly LabelProblem[];
	/** Why the labels cannot be those of the image. */
	readonly fault?: string;
}

export interface LabelReading {
	/** By the path of the image. */
	readonly labels: ReadonlyMap<string, ReadLabels>;
	readonly notes: readonly FileNote[];
}

/**
 * Reads all label files of a dataset.
 *
 * @throws InputError if files of several formats are about one image.
 */
export async function readLabels(survey: Survey, rules: LabelRules): Promise<LabelReading> {
	const reading = new Reading(survey, rules);
	for (const [path, bytes] of survey.labels) await reading.readFile(path, bytes);
	if (reading.labels.size === 0) reading.readFolders();
	return reading;
}

class Reading implements LabelReading {
	readonly labels = new Map<string, ReadLabels>();
	readonly notes: FileNote[] = [];

	constructor(
		private readonly survey: Survey,
		private readonly rules: LabelRules,
	) {}

	async readFile(file: string, bytes: Buffer): Promise<void> {
		await this.read(file, bytes).catch((error: unknown) => {
			if (!(error instanceof InputError) || error instanceof SeveralFormats) throw error;
			this.notes.push({ file, message: `${error.message}. ${error.remedy}` });
		});
	}

	private async read(file: string, bytes: Buffer): Promise<void> {
		await giveWay();
		const value = await valueIn(bytes);
		// YOLO's label file of an image without labels.
		if (typeof value === 'string' && value.trim() === '') return;
		await this.readValue(file, value);
	}

	/** Images in folders that are named after their classes. */
	readFolders(): void {
		const paths = [...this.survey.images.keys()];
		const [recognition] = readingsIfAny(givenAnswer(paths, undefined));
		if (recognition === undefined) return;
		const { images } = readInput(recognition.format.reads, recognition.input, this.parametersFor('', undefined));
		if (images.length !== paths.length) return;
		images.forEach((image, index) => {
			const file = paths[index] ?? '';
			this.add(file, image, { format: recognition.format, unit: 'pixels', file });
		});
	}

	/** @throws InputError if no format recognizes it, and the user has chosen none. */
	private readingsOf(value: unknown): readonly Recognition[] {
		const { format } = this.rules;
		const answer = givenAnswer(value, undefined);
		return format === undefined
			? readingsOr(answer)
			: readingsIfAny(answer).filter((each) => each.format.key === format.key);
	}

	private async readValue(file: string, value: unknown): Promise<void> {
		const readings = this.readingsOf(value);
		if (readings.length === 0) return;
		const isAboutOne = readings.some(({ format }) => format.reads.parameters.includes('image'));
		const path = isAboutOne ? this.survey.paths.besideLabels(file) : undefined;
		const image = path === undefined ? undefined : this.survey.images.get(path);
		if (isAboutOne && image === undefined) {
			this.notes.push({ file, message: 'There is no image with the name of the label file, or several have it.' });
			return;
		}
		const parameters = this.parametersFor(file, image);
		const { format, input, parameters: known } = onlyReading(givenAnswer(value, undefined), readings, parameters.image);
		const { images, problems } = await finish(readInSteps(format.reads, input, { ...parameters, ...known }));
		const unit = format.reads.unit?.({ ...parameters, ...known }) ?? 'pixels';
		const faults = problems.filter(({ severity }) => severity === 'error').map(describeProblem);
		if (faults.length > 0) this.notes.push({ file, message: summaryOf(faults) });
		for (const each of images) {
			await giveWay();
			const own = path ?? this.pathOf(each.image, file, images.length === 1);
			if (own !== undefined) this.add(own, each, { format, unit, file });
			else this.notes.push({ file, message: `There is no image "${each.image.imageName}", or several have the name.` });
		}
	}

	/** A label file of one image can be called like it, whatever it says. */
	private pathOf({ imageName, imageId }: LabeledImage, file: string, isOnly: boolean): string | undefined {
		const { paths } = this.survey;
		const named = imageName === '' ? undefined : paths.named(imageName, file, imageId);
		return named ?? (isOnly ? paths.besideLabels(file) : undefined);
	}

	private parametersFor(file: string, image: DatasetImage | undefined): ReadingParameters {
		const { keypoints, labelClasses, isStored } = this.rules;
		const size = image === undefined ? {} : isStored ? storedSize(image) : displayedSize(image);
		return {
			...NO_PARAMETERS,
			keypoints,
			labelClasses,
			image: { imageId: '', imageName: image === undefined ? '' : nameOf(image.path), ...size },
			classNames: this.classNamesFor(file),
		};
	}

	/** Of the list that lies nearest above the label file. */
	private classNamesFor(file: string): readonly string[] {
		const lists = [...this.survey.classNames].map(([path, names]) => ({ folder: folderOf(path), names }));
		const above = lists.filter(({ folder }) => folder === '' || file.startsWith(`${folder}/`));
		const [nearest] = (above.length > 0 ? above : lists).sort((a, b) => b.folder.length - a.folder.length);
		return nearest?.names ?? [];
	}

	private add(path: string, { image: read, problems }: ReadImage, origin: Origin): void {
		const image = this.survey.images.get(path);
		if (image === undefined) return;
		const placed = placedLabels(read, image, this.rules.isStored);
		const before = this.labels.get(path);
		if (before !== undefined && before.format.key !== origin.format.key) throw new SeveralFormats(path, before, origin);
		const fault = typeof placed === 'string' ? placed : before?.fault;
		const labels = typeof placed === 'string' ? { ...read, objects: [], classifications: {} } : placed;
		this.labels.set(path, {
			...(before ?? origin),
			image: before === undefined ? labels : bothOf(before, { image: labels, ...origin }),
			problems: [...(before?.problems ?? []), ...problems],
			...(fault !== undefined && { fault }),
		});
	}
}

/** What labels were read from. */
type Origin = Pick<ReadLabels, 'format' | 'unit' | 'file'>;

class SeveralFormats extends InputError {
	constructor(path: string, one: Origin, other: Origin) {
		super(
			`The image "${path}" has labels in several formats: ${one.format.name} in "${one.file}", and ${other.format.name} in "${other.file}"`,
			'Choose the "Format" in the options, or remove the other files.',
		);
	}
}

/** Two files can have the same labels; within one file, they are two. */
function bothOf(one: ReadLabels, other: Origin & Pick<ReadLabels, 'image'>): LabeledImage {
	return one.file === other.file ? union([one.image, other.image]) : joinedLabels(one.image, other.image);
}

function readingsOr(answer: GivenAnswer): readonly Recognition[] {
	const found = readingsIfAny(answer);
	if (found.length === 0) throw unreadable(answer.opened);
	return found;
}

const REMEDY = 'Export it again, or remove it from the dataset if it has no labels';

function unreadable({ cut, broken }: OpenedAnswer): InputError {
	if (cut !== undefined) return new InputError(`The file is cut off; it ends with: ${cut}`, `${REMEDY}.`);
	if (broken !== undefined) return new InputError(`The file is not valid JSON where it says: ${broken}`, `${REMEDY}.`);
	return new InputError('The file has no labels in a format that can be imported', `${REMEDY}.`);
}

function readingsIfAny(answer: GivenAnswer): readonly Recognition[] {
	try {
		return possibleReadings(answer);
	} catch {
		return [];
	}
}

/** That show what a file begins with. */
const FIRST_BYTES = 64;

async function valueIn(bytes: Buffer): Promise<unknown> {
	if (isParquet(bytes)) {
		const rows = await readParquet(bytes);
		if (typeof rows === 'string') throw new InputError('The table cannot be read', rows);
		return rows;
	}
	if (isMaskFile(bytes)) return bytes;
	const coco = mayBeLargeCoco(bytes.subarray(0, FIRST_BYTES), bytes.length) ? await cocoIn([bytes]) : undefined;
	return coco ?? textOf(bytes);
}

function summaryOf([first = '', ...others]: readonly string[]): string {
	return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}
