import { needed } from '../features';
import { IDEMPOTENT, NEVER_RETRY } from '../idempotency';
import type { Server } from '../server';
import { wireLabelConfig, wireNothing, wireStoredLabelConfig, type LabelConfigAnswer } from '../wire/answers';

/** What an update looks at before it is sent again. */
interface UpdateChecks {
	/** Whether a configuration has what is new, so that it is not made anew after a lost response; never if nothing is. */
	readonly isStored: (stored: LabelConfigAnswer) => boolean;
	/** Whether it has only entries that the update knows. */
	readonly isAsRead: (stored: LabelConfigAnswer) => boolean;
}

export class LabelConfigRequests {
	constructor(private readonly server: Server) {}

	/** With the IDs of its entries. */
	async get(labelConfigurationId: string): Promise<LabelConfigAnswer> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.getLabelConfig, 'labelConfigReads')(labelConfigurationId);
		return await transport.json(request, wireStoredLabelConfig);
	}

	/**
	 * Refused unless the configuration is empty. Takes completed tasks back.
	 *
	 * @param isCleared whether the caller has just cleared it, so that no label can be lost by clearing it once more.
	 */
	async upload(
		labelConfigurationId: string,
		entries: readonly unknown[],
		isCleared = false,
	): Promise<LabelConfigAnswer> {
		const { dialect, transport } = this.server;
		const clearAgain = async () => {
			await this.clear(labelConfigurationId);
			return undefined;
		};
		return await transport.json(
			dialect.uploadLabelConfig(labelConfigurationId, entries),
			wireLabelConfig,
			isCleared ? { kind: 'lookUpFirst', find: clearAgain } : NEVER_RETRY,
		);
	}

	/**
	 * Entries with their ID stay with their labels, those without one are new, and all others are deleted with their labels. So it
	 * is not sent again when others may have added entries meanwhile.
	 *
	 * @param reopensTasks whether completed and reviewed tasks go back to their labelers if something is new.
	 */
	async update(
		labelConfigurationId: string,
		entries: readonly unknown[],
		reopensTasks: boolean,
		{ isStored, isAsRead }: UpdateChecks,
	): Promise<LabelConfigAnswer> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.updateLabelConfig, 'labelConfigUpdates')(
			labelConfigurationId,
			entries,
			reopensTasks,
		);
		const find = async () => {
			const stored = await this.get(labelConfigurationId);
			if (isStored(stored)) return stored;
			if (!isAsRead(stored)) throw new Error('Others have added entries.');
			return undefined;
		};
		return await transport.json(request, wireLabelConfig, { kind: 'lookUpFirst', find, isAlways: true });
	}

	/** Deletes all labels of the project, too. */
	async clear(labelConfigurationId: string): Promise<void> {
		const { dialect, transport } = this.server;
		await transport.json(dialect.clearLabelConfig(labelConfigurationId), wireNothing, IDEMPOTENT);
	}
}
