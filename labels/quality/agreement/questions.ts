import { comparableKey } from '../../classes/classKey';
import {
	type Classification,
	type Classifications,
	type ClassificationType,
	eachObject,
	isGeometryType,
	type LabelClass,
	type LabeledImage,
} from '../../model';
import type { Rating } from './coefficients';

/** A classification of the whole image, or of the labels of a class, that one project or more has. */
export interface Question {
	/** Of whose labels; missing for the whole image. */
	readonly className?: string;
	/** The keys of a nested classification, from the outermost: `weather > rain`. */
	readonly classification: string;
	readonly type: ClassificationType;
	/** Of a checklist, of all projects. */
	readonly options: readonly string[];
	/** For each project whether its label configuration has the classification, and, of a checklist, which options. */
	readonly projects: readonly (ReadonlySet<string> | undefined)[];
}

/** What a question is read from. */
export interface LabeledProject {
	readonly images: readonly LabeledImage[];
	readonly classes: readonly LabelClass[];
}

interface OpenQuestion extends Question {
	readonly options: string[];
	readonly projects: (Set<string> | undefined)[];
}

/** The classifications of several projects, known from their label configurations and, where those are not known, from the labels. */
export class Questions {
	private readonly open = new Map<string, OpenQuestion>();
	private readonly byClass = new Map<string, readonly Question[]>();

	constructor(private readonly projects: readonly LabeledProject[]) {
		projects.forEach(({ classes, images }, project) => {
			for (const { key, type, parents, options } of classes)
				if (parents !== undefined && !isGeometryType(type)) this.addClass(project, key, type, parents, options ?? []);
			if (classes.some(({ parents }) => parents !== undefined)) return;
			for (const image of images) {
				this.addAnswers(project, undefined, image.classifications);
				eachObject(image, ({ className, classifications }) => this.addAnswers(project, className, classifications));
			}
		});
	}

	/** Of the whole image, or of the labels of a class. */
	about(className?: string): readonly Question[] {
		const key = comparable(className);
		const known = this.byClass.get(key);
		if (known !== undefined) return known;
		const found = this.list.filter((question) => comparable(question.className) === key);
		this.byClass.set(key, found);
		return found;
	}

	get list(): readonly Question[] {
		return [...this.open.values()];
	}

	private addClass(
		project: number,
		key: string,
		type: ClassificationType,
		parents: readonly string[],
		options: readonly string[],
	): void {
		const geometries = new Set(
			this.projects[project]?.classes.filter((each) => isGeometryType(each.type)).map((each) => each.key),
		);
		const owner = parents.findLastIndex((parent) => geometries.has(parent));
		this.add(project, parents[owner], [...parents.slice(owner + 1), key].join(SEPARATOR), type, options);
	}

	private addAnswers(
		project: number,
		className: string | undefined,
		classifications: Classifications,
		above = '',
	): void {
		for (const [key, { values, children }] of Object.entries(classifications)) {
			const path = above + key;
			this.add(project, className, path, this.typeOf(project, key, values), values);
			this.addAnswers(project, className, children, path + SEPARATOR);
		}
	}

	private typeOf(project: number, key: string, values: readonly string[]): ClassificationType {
		const types = this.projects[project]?.classes.flatMap((each) =>
			comparableKey(each.key) === comparableKey(key) && !isGeometryType(each.type) ? [each.type] : [],
		);
		return types?.[0] ?? (values.length > 1 ? 'checklist' : 'select');
	}

	private add(
		project: number,
		className: string | undefined,
		classification: string,
		type: ClassificationType,
		options: readonly string[],
	): void {
		const id = JSON.stringify([comparable(className), comparableKey(classification), type]);
		let question = this.open.get(id);
		if (question === undefined) {
			const projects = this.projects.map(() => undefined);
			question = { ...(className !== undefined && { className }), classification, type, options: [], projects };
			this.open.set(id, question);
		}
		const own = (question.projects[project] ??= new Set());
		if (type !== 'checklist') return;
		for (const option of options) {
			own.add(option);
			if (!question.options.includes(option)) question.options.push(option);
		}
	}
}

const SEPARATOR = ' > ';

const comparable = (key: string | undefined) => (key === undefined ? '' : comparableKey(key));

/** The values that somebody gave; undefined if the classification was not answered. */
export function answerTo(
	{ classification }: Question,
	classifications: Classifications,
): readonly string[] | undefined {
	let level: Classifications = classifications;
	let found: Classification | undefined;
	for (const key of classification.split(SEPARATOR)) {
		const entry = Object.entries(level).find(([name]) => comparableKey(name) === comparableKey(key));
		if (entry === undefined) return undefined;
		found = entry[1];
		level = found.children;
	}
	const values = found === undefined ? [] : givenValues(found);
	return values.length === 0 ? undefined : values;
}

/** Without the spaces around free texts, and without those that are empty. */
export function givenValues({ values }: Classification): readonly string[] {
	return values.map((value) => value.trim()).filter((value) => value !== '');
}

/** Ratings for each unit that a question asks about: one, or one for each option of a checklist, whose unticked options are "no". */
export function ratingsOf(
	question: Question,
	answers: readonly (Classifications | undefined)[],
): readonly { readonly option?: string; readonly ratings: readonly Rating[] }[] {
	const given = answers.map((answer) => (answer === undefined ? undefined : answerTo(question, answer)));
	if (question.type !== 'checklist') return [{ ratings: given.map((values) => values?.[0]) }];
	return question.options.map((option) => ({
		option,
		ratings: answers.map((answer, project) => {
			if (answer === undefined || question.projects[project]?.has(option) !== true) return undefined;
			return given[project]?.includes(option) === true ? 'yes' : 'no';
		}),
	}));
}
