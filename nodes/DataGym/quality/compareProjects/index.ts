import {
	AgreementStatistics,
	type ComparedImage,
	compareImage,
	Questions,
	type SameImages,
	sorted,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { showHint } from '@datagym/shared/hints';
import { finish, giveWay, isTurnOver, nextTurn } from '@datagym/shared/turns';
import { byImage } from '../../records';
import type { ItemOperation, Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { fields, options, type Parameters, readParameters } from './parameters';
import { commonImages, type ReadProject, readProjects } from './readProjects';
import { agreementOf, classesNotInAll, consensusItem, imageItem, summaryItem } from './records';

export const compareProjects: ItemOperation = {
	value: 'compareProjects',
	name: 'Compare Projects',
	action: 'Compare labels of projects',
	description: 'Compare labels of the same images across projects',
	fields,
	options,
	async run(item, run) {
		const parameters = readParameters(item);
		const projects = await readProjects(run, parameters);
		const common = await commonImages(run, projects, parameters);
		const { compared, statistics } = await compareAll(run, projects, common, parameters);
		showHints(run, projects, common);
		switch (parameters.output) {
			case 'summary':
				return [{ json: summaryItem(projects, common, statistics) }];
			case 'consensus':
				return await outputsOf(compared, byName, (each) => consensusItem(each, parameters.geometry));
			case 'images':
				return await outputsOf(compared, byAgreement, (each) => imageItem(projects, each));
		}
	},
};

async function outputsOf(
	compared: readonly ComparedImage[],
	order: (a: ComparedImage, b: ComparedImage) => number,
	itemOf: (image: ComparedImage) => Output['json'],
): Promise<readonly Output[]> {
	const outputs: Output[] = [];
	for (const each of await finish(sorted(compared, order))) {
		outputs.push({ json: itemOf(each) });
		await giveWay();
	}
	return outputs;
}

async function compareAll(
	run: Run,
	projects: readonly ReadProject[],
	{ same }: SameImages,
	{ closeness, output }: Parameters,
): Promise<{ readonly compared: readonly ComparedImage[]; readonly statistics: AgreementStatistics }> {
	const questions = new Questions(projects);
	const statistics = new AgreementStatistics(projects.length, questions, closeness);
	const compared: ComparedImage[] = [];
	for (const images of same) {
		const next = await finish(compareImage(images, questions, closeness));
		compared.push(next);
		if (output === 'summary') statistics.add(next);
		if (!isTurnOver()) continue;
		await nextTurn();
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${compared.length} of ${same.length} images had been compared. Run the workflow again.`,
			);
	}
	return { compared, statistics };
}

/** The worst first. */
function byAgreement(a: ComparedImage, b: ComparedImage): number {
	return agreementOf(a) - agreementOf(b) || b.disagreements.length - a.disagreements.length || byName(a, b);
}

function byName(a: ComparedImage, b: ComparedImage): number {
	const nameless = { imageName: '', imageId: '' };
	const [one = nameless, other = nameless] = [a, b].map(({ images }) => images.find((image) => image !== undefined));
	return byImage(one, other);
}

/** Shows what somebody who looks at the first item only should still see. */
function showHints(
	{ n8n }: Run,
	projects: readonly ReadProject[],
	{ same, alone, ambiguousNames, resizedNames }: SameImages,
): void {
	const unread = projects.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
	const missing = classesNotInAll(projects).map(({ className, type }) => `${String(className)} (${String(type)})`);
	const notes = [
		...(alone.length > 0 ? [`Compared images: ${same.length}. Other finished images: ${alone.length}.`] : []),
		...(ambiguousNames.length > 0
			? [`Not compared because a project has several images of the same name: ${shortList(ambiguousNames)}.`]
			: []),
		...(resizedNames.length > 0
			? [`Not compared because the projects have copies of other sizes: ${shortList(resizedNames)}.`]
			: []),
		...(missing.length > 0 ? [`Classes that not all projects have: ${shortList(missing)}.`] : []),
		...(unread > 0
			? [`Labels that could not be read and are missing here: ${unread}. Try setting "Label Source" to "Task Details".`]
			: []),
	];
	showHint(n8n, notes);
}

const MOST_LISTED = 10;

function shortList(names: readonly string[]): string {
	const more = names.length - MOST_LISTED;
	return `${names.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
