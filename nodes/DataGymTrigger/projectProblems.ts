import type { IPollFunctions } from 'n8n-workflow';
import { toNodeError, InputError } from '@datagym/shared/errors';
import { nodeKey, type StaticData } from './memory/staticData';
import type { PollResult } from './poll';

/** In so many polls in a row a project must show no image for it to be an error: a server that starts can show none. */
const EMPTY_POLLS = 3;

interface Problem {
	readonly projectId: string;
	readonly error: unknown;
	readonly warning: string;
}

const reported = new Set<string>();
const emptyPolls = new Map<string, number>();

/**
 * One project that is gone must not keep the others from being watched. So it is an error once, which n8n records and hands to
 * the error workflow, and from then on a line in n8n's log. While n8n starts it is only that line, since an error would keep the
 * whole workflow from being activated.
 *
 * @throws the error of a project that has not been reported yet.
 */
export function reportProblems(
	context: IPollFunctions,
	result: Pick<PollResult, 'missingProjects' | 'emptyProjects' | 'forgotten'>,
	{ isFirstPoll }: StaticData,
): void {
	const isStarting = isFirstPoll && ['init', 'leadershipChange'].includes(context.getActivationMode());
	const problems = [...result.missingProjects.map(missing), ...empty(context, result.emptyProjects)];
	for (const { projectId, error, warning } of problems) {
		const key = `${nodeKey(context)} ${projectId}`;
		if (!isStarting && !reported.has(key)) {
			reported.add(key);
			throw toNodeError(
				context.getNode(),
				error,
				undefined,
				`This concerns the project ${projectId}. The trigger continues to watch the other projects.`,
			);
		}
		context.logger.warn(warning);
	}
	for (const { projectId, images } of result.forgotten)
		context.logger.warn(
			`${images} of the finished images are no longer in the DataGym project ${projectId}, and the trigger forgets them: they, or their dataset, were deleted or removed from the project.`,
		);
}

function missing({ projectId, error }: PollResult['missingProjects'][number]): Problem {
	return {
		projectId,
		error,
		warning: `The DataGym project ${projectId} no longer exists. The trigger continues to watch the other projects.`,
	};
}

function empty(context: IPollFunctions, projectIds: readonly string[]): readonly Problem[] {
	const prefix = nodeKey(context);
	for (const key of emptyPolls.keys())
		if (key.startsWith(`${prefix} `) && !projectIds.some((id) => key === `${prefix} ${id}`)) emptyPolls.delete(key);
	return projectIds.flatMap((projectId) => {
		const key = `${prefix} ${projectId}`;
		const polls = (emptyPolls.get(key) ?? 0) + 1;
		emptyPolls.set(key, polls);
		if (polls < EMPTY_POLLS) return [];
		const error = new InputError(
			`The DataGym project ${projectId} has no image any more, although it had finished ones`,
			'If its dataset was deleted or removed, restore it in DataGym or remove the project from this trigger. The trigger still remembers the images.',
		);
		return [{ projectId, error, warning: `${error.message}. ${error.remedy}` }];
	});
}
