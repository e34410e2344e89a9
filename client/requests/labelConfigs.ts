import { needed } from '../features';
import { IDEMPOTENT, NEVER_RETRY } from '../idempotency';
import type { Server } from '../server';
import { wireLabelConfig, wireNothing, type LabelConfigAnswer } from '../wire/answers';

export class LabelConfigRequests {
	constructor(private readonly server: Server) {}

	/** With the IDs of its entries. */
	async get(labelConfigurationId: string): Promise<LabelConfigAnswer> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.getLabelConfig, 'labelConfigReads')(labelConfigurationId);
		return await transport.json(request, wireLabelConfig);
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

	/** Deletes all labels of the project, too. */
	async clear(labelConfigurationId: string): Promise<void> {
		const { dialect, transport } = this.server;
		await transport.json(dialect.clearLabelConfig(labelConfigurationId), wireNothing, IDEMPOTENT);
	}
}
