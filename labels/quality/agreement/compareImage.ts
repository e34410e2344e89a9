import { boundingBox, type Box } from '../../geometry/shapes';
import { type Classifications, eachObject, type LabeledImage, type LabelObject } from '../../model';
import { comparableKey } from '../../classes/classKey';
import { compareTexts } from '../../datagym/labelOrder';
import { answerTo, type Question, type Questions } from './questions';
import type { Steps } from '../../steps/steps';
import { type Closeness, extremesOf } from './similarity';
import { hasSameClass, matchThings, type Thing } from './things';

/** Something that not all projects see alike. */
export interface Disagreement {
	/**
	 * `missing`: not all labeled the thing. `class`: they gave it different classes. `geometry`: they labeled it, but not near enough.
	 * `classification`: they answered one of its classifications, or of the image's, differently.
	 */
	readonly kind: 'missing' | 'class' | 'geometry' | 'classification';
	/** The label of each project that has the image; missing where it has none, or where it is about the whole image. */
	readonly labels: readonly (LabelObject | undefined)[];
	/** Around all of its labels. */
	readonly box?: Box;
	/** The least IoU of two of the labels, if they are areas. */
	readonly iou?: number;
	/** The largest distance of two of the labels in pixels, if they are points or lines. */
	readonly distance?: number;
	readonly question?: Question;
	/** What each project answered, an empty list for nothing; undefined if it was not asked. */
	readonly answers?: readonly (readonly string[] | undefined)[];
}

/** One image as several projects labeled it. */
export interface ComparedImage {
	/** The image of each project; undefined if it is not finished there. At least two are. */
	readonly images: readonly (LabeledImage | undefined)[];
	readonly things: readonly Thing[];
	readonly disagreements: readonly Disagreement[];
	/** The things and answers about which all projects agree that have the image. */
	readonly agreedCount: number;
}

/** Compares an image that is finished in two projects or more. */
export function* compareImage(
	images: readonly (LabeledImage | undefined)[],
	questions: Questions,
	closeness: Closeness,
): Steps<ComparedImage> {
	const things = yield* matchThings(images.map(labelsOf), closeness);
	const disagreements: Disagreement[] = [];
	let agreedCount = 0;
	const decide = (disagreement: Disagreement | undefined) => {
		if (disagreement === undefined) agreedCount++;
		else disagreements.push(disagreement);
	};
	for (const question of questions.about()) {
		const answers = answersOf(
			question,
			images.map((image) => image?.classifications),
		);
		if (answers !== undefined) decide(aboutAnswers(question, answers, []));
	}
	for (const thing of things) {
		decide(aboutThing(thing, images));
		for (const question of questionsOn(thing, questions)) {
			const answers = answersOf(question, classificationsOn(thing, question));
			if (answers !== undefined) decide(aboutAnswers(question, answers, thing.labels));
		}
	}
	return { images, things, disagreements, agreedCount };
}

/** All labels, nested ones among them. */
export function labelsOf(image: LabeledImage | undefined): readonly LabelObject[] {
	const labels: LabelObject[] = [];
	if (image !== undefined) eachObject(image, (object) => labels.push(object));
	return labels;
}

function aboutThing({ labels, apart }: Thing, images: readonly (LabeledImage | undefined)[]): Disagreement | undefined {
	const matched = labels.filter((label) => label !== undefined);
	const all = labels.map((label, project) => label ?? apart[project]);
	const [first] = matched;
	const hasOtherClass = first !== undefined && matched.some((label) => !hasSameClass(first, label));
	const isMissing = all.some((label, project) => label === undefined && images[project] !== undefined);
	const isApart = apart.some((label) => label !== undefined);
	if (!hasOtherClass && !isMissing && !isApart) return undefined;
	const kind = hasOtherClass ? 'class' : isMissing ? 'missing' : 'geometry';
	return { kind, labels: all, ...boxAround(all), ...extremesOf(all) };
}

function aboutAnswers(
	question: Question,
	answers: readonly (readonly string[] | undefined)[],
	labels: Disagreement['labels'],
): Disagreement | undefined {
	const given = answers.filter((values) => values !== undefined);
	const texts = new Set(given.map((values) => JSON.stringify([...values].sort(compareTexts))));
	if (texts.size < 2) return undefined;
	return { kind: 'classification', labels, ...boxAround(labels), question, answers };
}

/** What each project answered, an empty list for nothing; undefined if nobody answered, or less than two were asked. */
function answersOf(
	question: Question,
	given: readonly (Classifications | undefined)[],
): readonly (readonly string[] | undefined)[] | undefined {
	const answers = given.map((answer, project) =>
		answer === undefined || question.projects[project] === undefined ? undefined : (answerTo(question, answer) ?? []),
	);
	const asked = answers.filter((values) => values !== undefined);
	return asked.length > 1 && asked.some((values) => values.length > 0) ? answers : undefined;
}

/** The classifications of the classes that a thing was given. */
export function questionsOn({ labels }: Thing, questions: Questions): readonly Question[] {
	const classNames = new Set(labels.flatMap((label) => (label === undefined ? [] : [label.className])));
	return [...new Set([...classNames].flatMap((className) => questions.about(className)))];
}

/** Of the labels that a question is about. */
export function classificationsOn({ labels }: Thing, question: Question): readonly (Classifications | undefined)[] {
	const key = comparableKey(question.className ?? '');
	return labels.map((label) =>
		label !== undefined && comparableKey(label.className) === key ? label.classifications : undefined,
	);
}

function boxAround(labels: readonly (LabelObject | undefined)[]): { readonly box?: Box } {
	const boxes = labels.flatMap((label) => (label === undefined ? [] : (boundingBox(label.geometry) ?? [])));
	const [first] = boxes;
	if (first === undefined) return {};
	const left = Math.min(...boxes.map(({ x }) => x));
	const top = Math.min(...boxes.map(({ y }) => y));
	const right = Math.max(...boxes.map(({ x, width }) => x + width));
	const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
	return { box: { x: left, y: top, width: right - left, height: bottom - top } };
}
