import type { ConversionReason } from '../../dataset/conversionReport';
import { bySplit, type DatasetFile, type DatasetWriting, imageFiles } from '../../dataset/datasetFile';
import type { Split } from '../../dataset/splits';
import type { Box } from '../../geometry/shapes';
import { type ImageSize, type LabeledImage, type LabelObject, labelOf } from '../../model';
import { readingError, type LabelProblem } from '../../parsing/problem';
import { isList, isRecord, shown, textOf, type JsonRecord } from '../../parsing/record';
import type { ImageList } from '../../store/imageList';
import { severalImages, type FormatReading, type Writes } from '../format';
import { BOX_CONVERSIONS, boxesOf, hasSize, type SizedImage } from './boxes';
import { asList, type PredictedImage, sizeIn } from './predictions';

/** A box in the numbers that a model writes. */
export interface WrittenBox {
	readonly className: string;
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** How the instructions of a model are written. */
export interface InstructionWriting {
	/** From pixels to the numbers of the model, which are whole. */
	readonly numbersOf: (box: Box, image: ImageSize) => Omit<WrittenBox, 'className'>;
	/** What is asked and answered, and whatever else a line has, as the readers of the format name it. */
	readonly lineOf: (boxes: readonly WrittenBox[], classNames: readonly string[], image: ImageSize) => JsonRecord;
}

/** Roboflow's names of the splits, which maestro looks for. */
const FOLDERS: Readonly<Record<Split, string>> = { train: 'train', val: 'valid', test: 'test' };

const CONVERSIONS: readonly ConversionReason[] = [...BOX_CONVERSIONS, 'merged-class', 'no-size'];

/** What the instructions of all models have in common. */
export const INSTRUCTION_WRITING = {
	// Fine-tuning scripts open pictures with Pillow as they are stored; only some loaders turn them.
	orientation: 'mixed',
	needsSizes: true,
	alwaysIncludesImages: false,
	// Points and lines are no boxes: a prompt that asks for them would never be answered.
	classTypes: ['rectangle', 'polygon', 'segmentation'],
	conversions: CONVERSIONS,
	parameters: [],
} as const satisfies Partial<Writes>;

/**
 * `<split>/annotations.jsonl` beside the split's images: one line an image, with its name and its size. Images without labels are
 * asked about, too, so that the model learns to find nothing. Source: roboflow/maestro, `maestro/trainer/common/datasets/jsonl.py`.
 */
export function* instructionFiles(
	images: ImageList,
	dataset: DatasetWriting,
	writing: InstructionWriting,
): Generator<DatasetFile | undefined> {
	yield* imageFiles(images, dataset, (split) => FOLDERS[split]);
	for (const [split, members] of yield* bySplit(images, dataset))
		yield { path: `${FOLDERS[split]}/annotations.jsonl`, text: writeInstructions(members, dataset, writing) };
}

/** The lines of one file, each made while it is read. Images whose size is not known are skipped. */
export function* writeInstructions(
	images: Iterable<LabeledImage>,
	dataset: Pick<DatasetWriting, 'classes' | 'report' | 'fileNameOf'>,
	{ numbersOf, lineOf }: InstructionWriting,
): Generator<string, void, undefined> {
	for (const { image, boxes, classNames } of instructionsOf(images, dataset, numbersOf)) {
		const { width, height } = image;
		const line = { image: dataset.fileNameOf(image), ...lineOf(boxes, classNames, image), width, height };
		yield `${JSON.stringify(line)}\n`;
	}
}

/** An image with what is to be answered about it, if all classes are asked for. */
export interface Instruction {
	readonly image: SizedImage;
	readonly boxes: readonly WrittenBox[];
	/** Of the dataset, as a prompt can hold them. */
	readonly classNames: readonly string[];
}

/** The boxes of the images, of each when it is asked for. Images whose size is not known are skipped. */
export function* instructionsOf(
	images: Iterable<LabeledImage>,
	{ classes, report }: Pick<DatasetWriting, 'classes' | 'report'>,
	numbersOf: InstructionWriting['numbersOf'],
): Generator<Instruction, void, undefined> {
	const all = classes.names.map(instructionName);
	const classNames = [...new Set(all)];
	const merged = new Set(all.filter((name, index) => all.indexOf(name) !== index));
	for (const image of images) {
		if (!hasSize(image)) {
			report.add('no-size', labelOf(image));
			continue;
		}
		const isLeft = (box: Box) => {
			const { left, top, right, bottom } = numbersOf(box, image);
			return right > left && bottom > top;
		};
		const boxes = boxesOf(image, { classes, report, isLeft }).map(({ object, datasetClass, box }) => {
			const className = instructionName(datasetClass.name);
			if (merged.has(className)) report.add('merged-class', labelOf(image), object.className);
			return { className, ...numbersOf(box, image) };
		});
		yield { image, boxes, classNames };
	}
}

/**
 * A class name as a prompt and its answer can hold it: semicolons and brackets, which separate there, line ends and blanks at the
 * ends become underscores.
 */
export function instructionName(name: string): string {
	return name.replace(/[;<>\r\n]/g, '_').replace(/^\s|\s$/g, '_');
}

/** Coordinates as whole steps of an image that is `steps` wide and high, up to `last`. */
export function inSteps(
	{ x, y, width, height }: Box,
	image: ImageSize,
	steps: ImageSize,
	round: (number: number) => number,
	last: ImageSize = steps,
): Omit<WrittenBox, 'className'> {
	const across = (pixels: number) => Math.min(round((pixels / image.width) * steps.width), last.width);
	const down = (pixels: number) => Math.min(round((pixels / image.height) * steps.height), last.height);
	return { left: across(x), top: down(y), right: across(x + width), bottom: down(y + height) };
}

/** What is read of the answer in a line. */
export interface ReadAnswer {
	readonly objects: readonly LabelObject[];
	readonly problems: readonly LabelProblem[];
}

/** Reads lines of instructions by `answerOf`, which reads the answer about an image; undefined if there is none in the line. */
export function readInstructions(
	value: unknown,
	answerOf: (line: JsonRecord, image: PredictedImage) => ReadAnswer | undefined,
): FormatReading {
	const problems: LabelProblem[] = [];
	const given = asList(value);
	const images = (isList(given) ? given : []).flatMap((line, index): LabeledImage[] => {
		const imageName = isRecord(line) ? imageNameIn(line) : undefined;
		const image = { imageId: '', imageName: imageName ?? '', ...sizeIn(line) };
		const answer = isRecord(line) && imageName !== undefined ? answerOf(line, image) : undefined;
		if (answer === undefined) {
			const message = `A line must have an image and the answer about it, but is ${shown(line)}. Provide the JSONL file.`;
			problems.push(readingError('no-image', `[${index}]`, message));
			return [];
		}
		problems.push(...answer.problems.map((problem) => ({ ...problem, path: `[${index}]${problem.path}` })));
		return [{ ...image, objects: answer.objects, classifications: {} }];
	});
	if (images.length === 0 && problems.length === 0)
		problems.push(readingError('unreadable', '', 'There are no lines. Provide the JSONL file.'));
	return severalImages({ images, problems });
}

/** The name without its folders. */
export function imageNameIn({ image }: JsonRecord): string | undefined {
	return textOf(image)?.split('/').at(-1);
}
