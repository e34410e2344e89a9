import type { IPollFunctions } from 'n8n-workflow';
import { nodeKey, type StaticData } from '../memory/staticData';
import type { Vanished } from '../poll';

const told = new Set<string>();

/**
 * One project of several that is gone must not keep the others from being watched. So it is an error once, which n8n records
 * and hands to the error workflow, and from then on a line in n8n's log. While n8n starts it is only that line, since an error
 * would keep the whole workflow from being activated.
 *
 * @returns the project to fail for, of which nothing has been told yet.
 */
export function untoldOf(
	context: IPollFunctions,
	vanished: readonly Vanished[],
	{ isFirstPoll }: StaticData,
): Vanished | undefined {
	const isStarting = isFirstPoll && ['init', 'leadershipChange'].includes(context.getActivationMode());
	for (const one of vanished) {
		const key = `${nodeKey(context)} ${one.projectId}`;
		if (!isStarting && !told.has(key)) {
			told.add(key);
			return one;
		}
		context.logger.warn(
			`DataGym does not know the project ${one.projectId} any more; its trigger watches the other ones`,
		);
	}
	return undefined;
}
