import { AgreementStatistics, type ComparedImage, compareImage, Questions, type SameImages } from '@datagym/labels';
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
	description: 'Compare the finished labels of the same images in several projects',
	fields,
	options,
	async run(item, run) {
		const parameters = readParameters(item);
		const projects = await readProjects(run, parameters);
		const common = await commonImages(run, projects, parameters);
		const questions = new Questions(projects);
		const compared = common.same.map((images) => compareImage(images, questions, parameters.closeness));
		showHints(run, projects, common, compared.length);
		return outputs(parameters, projects, common, compared, questions);
	},
};

function outputs(
	{ output, geometry, closeness }: Parameters,
	projects: readonly ReadProject[],
	common: SameImages,
	compared: readonly ComparedImage[],
	questions: Questions,
): readonly Output[] {
	if (output === 'summary') {
		const statistics = new AgreementStatistics(projects.length, questions, closeness);
		for (const each of compared) statistics.add(each);
		return [{ json: summaryItem(projects, common, statistics) }];
	}
	if (output === 'consensus')
		return [...compared].sort(byName).map((each) => ({ json: consensusItem(each, geometry) }));
	return [...compared].sort(byAgreement).map((each) => ({ json: imageItem(projects, each) }));
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
function showHints({ n8n }: Run, projects: readonly ReadProject[], common: SameImages, comparedCount: number): void {
	const unread = projects.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
	const missing = classesNotInAll(projects);
	const notes = [
		...(common.alone.length > 0
			? [`Compared images: ${comparedCount}. Images that are finished in one project only: ${common.alone.length}.`]
			: []),
		...(common.ambiguousNames.length > 0
			? [
					`Images that were not compared because a project has several of the same name: ${common.ambiguousNames.slice(0, 10).join(', ')}${common.ambiguousNames.length > 10 ? ` and ${common.ambiguousNames.length - 10} more` : ''}.`,
				]
			: []),
		...(missing.length > 0
			? [
					`Classes that not all projects have: ${missing.map(({ className, type }) => `${String(className)} (${String(type)})`).join(', ')}.`,
				]
			: []),
		...(unread > 0
			? [`Labels that could not be read and are missing here: ${unread}. Try setting "Label Source" to "Task Details".`]
			: []),
	];
	if (notes.length > 0) n8n.addExecutionHints({ message: notes.join('\n'), location: 'outputPane' });
}
