import { InputError } from '@datagym/shared/errors';
import type { PollRun } from './emit';
import type { TaskFilter } from './filter';
import type { ProjectSnapshot } from './snapshot';

/**
 * A class that no project has would let no image pass, without a word. So the classes are checked at activation and whenever
 * labels were read: these show the classes of their project, and one finished task those of another.
 *
 * @throws InputError, unless a project has no finished task that shows its classes: they may be there.
 */
export async function refuseUnknownClasses(run: PollRun, snapshots: readonly ProjectSnapshot[]): Promise<void> {
	const { filter } = run;
	const hasRead = snapshots.some(({ source }) => filter.knowsClassesOf(source.projectId));
	if (!filter.needsLabels || !(hasRead || run.isActivation === true)) return;
	for (const { source, look } of snapshots) {
		if (filter.unknownClasses.length === 0) return;
		if (filter.knowsClassesOf(source.projectId)) continue;
		// A reviewed one is the least likely to be worked on again, which reading could get in the way of.
		const task = look?.kept.reviewed ?? look?.kept.finished;
		const labels = task === undefined ? undefined : await source.readLabels(task.describe());
		filter.learn(source.projectId, labels?.classes ?? []);
		if (!filter.knowsClassesOf(source.projectId)) return;
	}
	throwIfUnknown(filter, snapshots.length);
}

/** @param projects in which the classes can be. */
export function throwIfUnknown({ unknownClasses, knownClasses }: TaskFilter, projects: number): void {
	if (unknownClasses.length === 0) return;
	const names = unknownClasses.join('", "');
	const remedy = `Correct "Classes" in the filters. Use one of: ${knownClasses.join(', ')}.`;
	throw projects === 1
		? new InputError(`The project has no class "${names}"`, remedy)
		: new InputError(`None of the projects has the class "${names}"`, remedy);
}
