import type { IDataObject } from 'n8n-workflow';
import { type Classifications, eachObject, isGeometryType, type LabelClass, type LabeledImage } from '@datagym/labels';

interface ClassCount {
	labels: number;
	images: number;
	/** Which of the images counted last has one. */
	lastImage: number;
}

interface AnswerCount {
	answers: number;
	readonly values: Map<string, number>;
}

/** Counts labels and answers by their class, image by image. */
export class LabelCounter {
	private images = 0;
	private labels = 0;
	private readonly classes = new Map<string, ClassCount>();
	private readonly answers = new Map<string, AnswerCount>();

	add(image: LabeledImage): void {
		this.images++;
		this.addAnswers(image.classifications);
		eachObject(image, ({ className, classifications }) => {
			this.labels++;
			const count = this.classes.get(className) ?? { labels: 0, images: 0, lastImage: 0 };
			count.labels++;
			if (count.lastImage !== this.images) count.images++;
			count.lastImage = this.images;
			this.classes.set(className, count);
			this.addAnswers(classifications);
		});
	}

	/** @param classes those of the project, to tell also which have no label. */
	result(classes: readonly LabelClass[]): IDataObject {
		const byKey = new Map([...classes].sort((a, b) => a.number - b.number).map((known) => [known.key, known]));
		const isDrawn = ({ type }: LabelClass) => isGeometryType(type);
		const keysOf = (counted: ReadonlyMap<string, unknown>, drawn: boolean) => [
			...new Set([
				...[...byKey.values()].filter((known) => isDrawn(known) === drawn).map(({ key }) => key),
				...[...counted.keys()].sort(),
			]),
		];
		return {
			imageCount: this.images,
			labelCount: this.labels,
			classes: keysOf(this.classes, true).map((key) => {
				const count = this.classes.get(key);
				return {
					className: key,
					type: byKey.get(key)?.type ?? null,
					labelCount: count?.labels ?? 0,
					imageCount: count?.images ?? 0,
				};
			}),
			classifications: keysOf(this.answers, false).map((key) => {
				const count = this.answers.get(key);
				return {
					classificationName: key,
					type: byKey.get(key)?.type ?? null,
					answerCount: count?.answers ?? 0,
					...valuesOf(byKey.get(key), count),
				};
			}),
		};
	}

	private addAnswers(classifications: Classifications): void {
		for (const [key, { values, children }] of Object.entries(classifications)) {
			const count = this.answers.get(key) ?? { answers: 0, values: new Map<string, number>() };
			if (values.length > 0) count.answers++;
			for (const value of values) count.values.set(value, (count.values.get(value) ?? 0) + 1);
			this.answers.set(key, count);
			this.addAnswers(children);
		}
	}
}

/** By option; texts are not counted, since nearly every one is different. */
function valuesOf(known: LabelClass | undefined, count: AnswerCount | undefined): IDataObject {
	return known?.type === 'freetext'
		? {}
		: { values: Object.fromEntries([...(count?.values ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) };
}
