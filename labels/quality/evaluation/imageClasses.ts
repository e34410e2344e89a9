import { comparableKey } from '../../classes/classKey';
import type { Classifications, LabeledImage } from '../../model';
import { atOnce, type Steps } from '../../steps/steps';
import { ConfusionCounts, ratesFrom } from './confusion';
import { type ConfusionMatrix, type Curve, DEFAULT_SCORE, type ImagePair, type Rates } from './evaluation';
import { ratesOf, ScoredPredictions } from './scoreCurve';

/**
 * Whole-image classes: the classifications of images (questions with options), such as `weather: rain`. A question below another one
 * is named by its path, `weather/strength`.
 */
export interface ImageClassOptions {
	/** Paths of the questions to compare, in the order of the results; all that are met if not given (also texts). */
	readonly questions?: readonly string[];
	/** Answers with a lower score count as not given; 0.25 if not given. */
	readonly score?: number;
}

/** A question of an image that is not answered as it should be: nothing is predicted, or nothing labeled, or something else. */
interface WrongAnswer {
	readonly question: string;
	/** Option keys; empty if nobody has answered. */
	readonly truth: readonly string[];
	readonly predicted: readonly string[];
}

/** What is right and wrong in the answers of one image. */
export interface ImageClassJudgment {
	/** Twice the right answers by all labeled and predicted ones (F1), 0 to 1; 1 without any. */
	readonly score: number;
	/** Number of questions that are answered as they should be. */
	readonly right: number;
	readonly wrong: readonly WrongAnswer[];
}

interface AnswerEvaluation {
	/** The option's key. */
	readonly className: string;
	readonly rates: Rates;
}

export interface QuestionEvaluation {
	readonly question: string;
	/** Images in which it is answered by the labels. */
	readonly images: number;
	/** Share of these images in which exactly the right answers are predicted; missing without images. */
	readonly accuracy?: number;
	/** Mean of the F1 of the answers that are labeled or predicted; missing without any. */
	readonly macroF1?: number;
	/** Of all answers together, at the score of the options. */
	readonly rates: Rates;
	/** Over all scores. */
	readonly curve: Curve;
	readonly classes: readonly AnswerEvaluation[];
	/** With several answers to one question, those that are in both are on the diagonal; the one left of each is confused, more are missed and extra. */
	readonly confusion: ConfusionMatrix;
}

export interface ImageClassEvaluation {
	readonly kind: 'imageClasses';
	readonly score: number;
	readonly images: number;
	/** Over all questions: share of answered questions with exactly the right answers. */
	readonly accuracy?: number;
	readonly rates: Rates;
	readonly curve: Curve;
	readonly questions: readonly QuestionEvaluation[];
}

/** Compares the classifications of images with predicted ones, image by image. */
export class ImageClassEvaluator {
	private readonly score: number;
	private readonly questions = new Map<string, QuestionRecords>();
	private readonly all = new ScoredPredictions();
	private images = 0;

	constructor(private readonly options: ImageClassOptions = {}) {
		this.score = options.score ?? DEFAULT_SCORE;
		for (const question of options.questions ?? []) this.recordsOf(question);
	}

	/** Takes an image into account, and says what is right and wrong in it. */
	add({ truth, predicted }: ImagePair): ImageClassJudgment {
		this.images++;
		const [labeled, found] = [answersOf(truth), answersOf(predicted)];
		const wrong: WrongAnswer[] = [];
		let [right, matched, total] = [0, 0, 0];
		for (const [key, question] of new Map([...labeled, ...found].map(([key, { question }]) => [key, question]))) {
			const records = this.recordsOf(question);
			if (records === undefined) continue;
			const answers = { truth: labeled.get(key)?.answers ?? [], predicted: found.get(key)?.answers ?? [] };
			const judged = records.note(answers.truth, answers.predicted, this.score, this.all);
			if (judged.truth.length + judged.predicted.length === 0) continue;
			matched += judged.matched;
			total += judged.truth.length + judged.predicted.length;
			if (2 * judged.matched === judged.truth.length + judged.predicted.length) right++;
			else wrong.push({ question: records.question, truth: judged.truth, predicted: judged.predicted });
		}
		return { score: total === 0 ? 1 : (2 * matched) / total, right, wrong };
	}

	/** Nothing for a question that is not asked for. */
	private recordsOf(question: string): QuestionRecords | undefined {
		const key = comparableKey(question);
		const known = this.questions.get(key);
		const isAsked = this.options.questions?.some((each) => comparableKey(each) === key) ?? true;
		if (known !== undefined || !isAsked) return known;
		const records = new QuestionRecords(question);
		this.questions.set(key, records);
		return records;
	}

	/** The evaluation of all images so far. */
	result(): ImageClassEvaluation {
		return atOnce(this.steps());
	}

	/** As `result`, in steps. */
	*steps(): Steps<ImageClassEvaluation> {
		const records = [...this.questions.values()];
		const questions: QuestionEvaluation[] = [];
		for (const each of records) questions.push(yield* each.evaluation(this.score));
		const sum = (value: (rates: Rates) => number) => questions.reduce((total, { rates }) => total + value(rates), 0);
		const accuracy = shareOf(
			records.reduce((total, { exact }) => total + exact, 0),
			records.reduce((total, { images }) => total + images, 0),
		);
		return {
			kind: 'imageClasses',
			score: this.score,
			images: this.images,
			...(accuracy === undefined ? {} : { accuracy }),
			rates: ratesOf({
				score: this.score,
				matched: sum(({ matched }) => matched),
				predicted: sum(({ predicted }) => predicted),
				labels: sum(({ labels }) => labels),
			}),
			curve: yield* this.all.curve(),
			questions,
		};
	}
}

interface Answer {
	readonly value: string;
	readonly score: number;
}

/** The answers to each question that has any, by the comparable form of its path. */
function answersOf({ classifications }: LabeledImage) {
	const found = new Map<string, { readonly question: string; readonly answers: readonly Answer[] }>();
	const visit = (level: Classifications, above: string) => {
		for (const [key, { values, children, score = 1 }] of Object.entries(level)) {
			const question = above + key;
			if (values.length > 0)
				found.set(comparableKey(question), { question, answers: values.map((value) => ({ value, score })) });
			visit(children, `${question}/`);
		}
	};
	visit(classifications, '');
	return found;
}

/** What is remembered of a question. */
class QuestionRecords {
	private readonly classNumbers = new Map<string, number>();
	private readonly classNames: string[] = [];
	private readonly confusion = new ConfusionCounts();
	private readonly scored = new ScoredPredictions();
	images = 0;
	exact = 0;

	constructor(readonly question: string) {}

	/** The answers of one image, those with a low score left out, and how many of them are in both. */
	note(truth: readonly Answer[], predicted: readonly Answer[], least: number, all: ScoredPredictions) {
		const labels = this.numbered(truth);
		for (const records of [this.scored, all]) {
			records.labels += labels.size;
			for (const [number, { score }] of this.numbered(predicted)) records.note(score, labels.has(number));
		}
		const found = this.numbered(predicted.filter(({ score }) => score >= least));
		const matched = [...labels.keys()].filter((number) => found.has(number));
		if (labels.size > 0) this.images++;
		if (labels.size > 0 && matched.length === labels.size && found.size === labels.size) this.exact++;
		this.noteConfusion([...labels.keys()], [...found.keys()]);
		const values = (answers: ReadonlyMap<number, Answer>) => [...answers.values()].map(({ value }) => value);
		return { truth: values(labels), predicted: values(found), matched: matched.length };
	}

	private noteConfusion(labels: readonly number[], predicted: readonly number[]): void {
		const missed = labels.filter((number) => !predicted.includes(number));
		const extra = predicted.filter((number) => !labels.includes(number));
		for (const number of labels) if (predicted.includes(number)) this.confusion.note(number, number);
		if (missed.length === 1 && extra.length === 1) this.confusion.note(missed[0], extra[0]);
		else {
			for (const number of missed) this.confusion.note(number, undefined);
			for (const number of extra) this.confusion.note(undefined, number);
		}
	}

	/** By the number of the option; each once. */
	private numbered(answers: readonly Answer[]): ReadonlyMap<number, Answer> {
		return new Map(answers.map((answer) => [this.numberOf(answer.value), answer]));
	}

	private numberOf(value: string): number {
		const key = comparableKey(value);
		const number = this.classNumbers.get(key) ?? this.classNames.push(value) - 1;
		this.classNumbers.set(key, number);
		return number;
	}

	*evaluation(score: number): Steps<QuestionEvaluation> {
		const confusion = this.confusion.matrix(this.classNames);
		const classes = this.classNames.map((className, number) => ({
			className,
			rates: ratesFrom(confusion, [number], score),
		}));
		const f1s = classes.flatMap(({ rates: { f1 } }) => (f1 === undefined ? [] : [f1]));
		const accuracy = shareOf(this.exact, this.images);
		const macroF1 = shareOf(
			f1s.reduce((total, f1) => total + f1, 0),
			f1s.length,
		);
		return {
			question: this.question,
			images: this.images,
			...(accuracy === undefined ? {} : { accuracy }),
			...(macroF1 === undefined ? {} : { macroF1 }),
			rates: ratesFrom(confusion, [...this.classNames.keys()], score),
			curve: yield* this.scored.curve(),
			classes,
			confusion,
		};
	}
}

/** Nothing of nothing. */
function shareOf(part: number, whole: number): number | undefined {
	return whole === 0 ? undefined : part / whole;
}
