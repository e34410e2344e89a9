import { IDEMPOTENT, type Idempotency } from '../idempotency';
import type { Server } from '../server';
import { wireImportAnswer } from '../wire/answers';

interface ImportChecks {
	readonly isDone?: (() => Promise<boolean>) | undefined;
	readonly mayRetry?: (() => Promise<boolean>) | undefined;
}

/** The labels of many images at once. */
export class ImportRequests {
	constructor(private readonly server: Server) {}

	/**
	 * One transaction: all elements or none.
	 *
	 * @param checks.isDone tells, after a lost answer, whether the labels are there, if labels that are added leave a trace.
	 * @param checks.mayRetry tells whether labels that replace others may be sent again.
	 * @throws DataGymError with the key `ex_gen_error_messages` also when the server says so with status 200.
	 */
	async send(projectId: string, elements: readonly object[], checks: ImportChecks = {}): Promise<void> {
		const { dialect, transport } = this.server;
		const request = dialect.importLabels(projectId, elements);
		const isReplacing = elements.every((element) => 'keepData' in element && element.keepData === false);
		const { isDone, mayRetry } = checks;
		const lookUp = isDone && onceDone(isDone);
		const replacing = mayRetry === undefined ? IDEMPOTENT : ({ kind: 'idempotent', beforeRetry: mayRetry } as const);
		const idempotency = isReplacing ? replacing : (lookUp ?? MAY_HAVE_ADDED_LABELS);
		const answer = await transport.json(request, wireImportAnswer, idempotency);
		if ((answer.errorMessages ?? '') === '') return;
		throw transport.refused(request, 200, { key: 'ex_gen_error_messages', params: [answer.errorMessages ?? ''] });
	}
}

function onceDone(isDone: () => Promise<boolean>): Idempotency<{ errorMessages: string }> {
	return { kind: 'lookUpFirst', find: async () => ((await isDone()) ? { errorMessages: '' } : undefined) };
}

const MAY_HAVE_ADDED_LABELS: Idempotency<never> = {
	kind: 'neverRetry',
	advice:
		'DataGym may already have added the labels, and importing them again would duplicate them. Check one of the images in DataGym, or import again with "Existing Labels" set to "Replace Earlier Imports".',
};
