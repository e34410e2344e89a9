import { comparableKey } from '../../classes/classKey';
import type { Classifications, LabelObject } from '../../model';
import { NominalAgreement, ratio } from './coefficients';
import { classificationsOn, type ComparedImage, labelsOf, questionsOn } from './compareImage';
import { type Question, type Questions, ratingsOf } from './questions';
import { type Closeness, type Measure, nearness } from './similarity';
import { hasSameClass } from './things';

/** How far labels of two projects, or all labels of a class, fit together. */
export class MatchCounts {
	/** Of both projects. */
	labels = 0;
	/** Those of them that the other project labeled, too. */
	matched = 0;
	/** Those to which it gave the same class. */
	sameClass = 0;
	private ious = new Mean();
	private distances = new Mean();

	/** @param labels how many of the two are counted here. */
	addPair(labels: number, isSameClass: boolean, measured: Measure): void {
		this.matched += labels;
		if (!isSameClass) return;
		this.sameClass += labels;
		if ('iou' in measured) this.ious.add(measured.iou);
		else this.distances.add(measured.distance);
	}

	/**
	 * The share of the labels that the other project labeled with the same class. It is the F1 score that one project has if the other
	 * is taken for the truth, whichever is (Dice, “Measures of the amount of ecologic association between species”, Ecology 26(3), 1945).
	 */
	get f1(): number | undefined {
		return ratio(this.sameClass, this.labels);
	}

	/** The same whatever the class. */
	get matchedShare(): number | undefined {
		return ratio(this.matched, this.labels);
	}

	/** Of the pairs of one class that are areas. */
	get meanIou(): number | undefined {
		return this.ious.value;
	}

	/** Of the pairs of one class that are points or lines, in pixels. */
	get meanDistance(): number | undefined {
		return this.distances.value;
	}
}

class Mean {
	private sum = 0;
	private count = 0;

	add(value: number): void {
		this.sum += value;
		this.count++;
	}

	get value(): number | undefined {
		return ratio(this.sum, this.count);
	}
}

/** Two projects, by their places. */
export interface PairAgreement {
	readonly first: number;
	readonly second: number;
	readonly counts: MatchCounts;
	readonly classes: NominalAgreement;
}

export interface ClassAgreement {
	readonly className: string;
	/** Labels of each project in the compared images. */
	readonly labelCounts: readonly number[];
	readonly counts: MatchCounts;
}

export interface AnswerAgreement {
	readonly question: Question;
	/** Of a checklist. */
	readonly option?: string;
	readonly agreement: NominalAgreement;
}

/** How often a label of one class is one of another class in a later project; undefined where it has none. */
export interface Confusion {
	readonly className: string | undefined;
	readonly otherClassName: string | undefined;
	count: number;
}

/** Adds up the compared images. */
export class AgreementStatistics {
	images = 0;
	agreedCount = 0;
	disagreementCount = 0;
	/** Of all pairs of projects together. */
	readonly all = new MatchCounts();
	/** The classes of things that two projects or more labeled. */
	readonly classification: NominalAgreement;
	readonly pairs: readonly PairAgreement[];
	private readonly classes = new Map<string, { className: string; labelCounts: number[]; counts: MatchCounts }>();
	private readonly answers = new Map<Question, Map<string, AnswerAgreement>>();
	private readonly confusions = new Map<string, Confusion>();

	constructor(
		private readonly projectCount: number,
		private readonly questions: Questions,
		private readonly closeness: Closeness,
	) {
		this.classification = new NominalAgreement(projectCount);
		const places = Array.from({ length: projectCount }, (_, place) => place);
		this.pairs = places.flatMap((first) =>
			places.slice(first + 1).map((second) => ({
				first,
				second,
				counts: new MatchCounts(),
				classes: new NominalAgreement(2),
			})),
		);
	}

	add({ images, things, disagreements, agreedCount }: ComparedImage): void {
		this.images++;
		this.agreedCount += agreedCount;
		this.disagreementCount += disagreements.length;
		this.countLabels(images);
		for (const question of this.questions.about())
			this.addAnswers(
				question,
				images.map((image) => image?.classifications),
			);
		for (const thing of things) {
			this.classification.add(thing.labels.map((label) => (label === undefined ? undefined : keyOf(label))));
			for (const pair of this.pairs) {
				if (images[pair.first] === undefined || images[pair.second] === undefined) continue;
				this.addPair(pair, thing.labels[pair.first], thing.labels[pair.second]);
				this.addPair(pair, thing.apart[pair.first], undefined);
				this.addPair(pair, undefined, thing.apart[pair.second]);
			}
			for (const question of questionsOn(thing, this.questions))
				this.addAnswers(question, classificationsOn(thing, question));
		}
	}

	/** By class key. */
	get classList(): readonly ClassAgreement[] {
		return [...this.classes.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
	}

	get answerList(): readonly AnswerAgreement[] {
		return [...this.answers.values()].flatMap((options) => [...options.values()]);
	}

	/** The most frequent first. */
	get confusionList(): readonly Confusion[] {
		return [...this.confusions.entries()]
			.sort(([aKey, a], [bKey, b]) => b.count - a.count || (aKey < bKey ? -1 : 1))
			.map(([, each]) => each);
	}

	private countLabels(images: ComparedImage['images']): void {
		const present = images.filter((image) => image !== undefined).length;
		images.forEach((image, project) => {
			const labels = labelsOf(image);
			this.all.labels += labels.length * (present - 1);
			for (const label of labels) {
				const { labelCounts, counts } = this.classOf(label);
				labelCounts[project] = (labelCounts[project] ?? 0) + 1;
				counts.labels += present - 1;
			}
			if (image === undefined) return;
			for (const { first, second, counts } of this.pairs)
				if ((first === project && images[second]) || (second === project && images[first]))
					counts.labels += labels.length;
		});
	}

	private addPair(pair: PairAgreement, a: LabelObject | undefined, b: LabelObject | undefined): void {
		const near = a === undefined || b === undefined ? undefined : nearness(a.geometry, b.geometry, this.closeness);
		if (a === undefined || b === undefined || near === undefined) {
			if (a !== undefined) this.confuse(a, undefined);
			if (b !== undefined) this.confuse(undefined, b);
			return;
		}
		const isSame = hasSameClass(a, b);
		for (const counts of [this.all, pair.counts]) counts.addPair(2, isSame, near);
		if (isSame) this.classOf(a).counts.addPair(2, true, near);
		else for (const label of [a, b]) this.classOf(label).counts.addPair(1, false, near);
		pair.classes.add([keyOf(a), keyOf(b)]);
		this.confuse(a, b);
	}

	private confuse(a: LabelObject | undefined, b: LabelObject | undefined): void {
		const key = JSON.stringify([a && keyOf(a), b && keyOf(b)]);
		const known = this.confusions.get(key);
		if (known === undefined)
			this.confusions.set(key, { className: a?.className, otherClassName: b?.className, count: 1 });
		else known.count++;
	}

	private classOf(label: LabelObject) {
		const key = keyOf(label);
		let known = this.classes.get(key);
		if (known === undefined) {
			const labelCounts = new Array<number>(this.projectCount).fill(0);
			known = { className: label.className, labelCounts, counts: new MatchCounts() };
			this.classes.set(key, known);
		}
		return known;
	}

	private addAnswers(question: Question, given: readonly (Classifications | undefined)[]): void {
		let options = this.answers.get(question);
		if (options === undefined) this.answers.set(question, (options = new Map()));
		for (const { option, ratings } of ratingsOf(question, given)) {
			let known = options.get(option ?? '');
			if (known === undefined) {
				known = {
					question,
					...(option !== undefined && { option }),
					agreement: new NominalAgreement(this.projectCount),
				};
				options.set(option ?? '', known);
			}
			known.agreement.add(ratings);
		}
	}
}

function keyOf({ className }: LabelObject): string {
	return comparableKey(className);
}
