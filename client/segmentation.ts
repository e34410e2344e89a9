import { requireFeature } from './generation';
import { IDEMPOTENT } from './idempotency';
import { path } from './http';
import type { Transport } from './transport';
import { wireNothing, wirePolygon } from './wire/answers';

/** A position in pixels of the image, origin top left. */
export interface SegmentationPoint {
	readonly x: number;
	readonly y: number;
}

/** What the AI is asked to segment. */
export interface SegmentationPrompt {
	readonly imageId: string;
	/** Points on the object. */
	readonly positivePoints: readonly SegmentationPoint[];
	/** Points beside the object. */
	readonly negativePoints: readonly SegmentationPoint[];
	/** How many points the polygon shall have. */
	readonly numPoints: number;
}

const FEATURE = 'AI segmentation';

/** Three steps for an image: prepare, calculate any number of times, finish (docs/contract.md#ai-segmentation, from the server's source). */
export class SegmentationRequests {
	constructor(private readonly transport: Transport) {}

	/** @throws DataGymError `ex_service_unavailable` with the parameter `ai` where the server has no AI, as the open-source one. */
	async prepare(imageId: string): Promise<void> {
		await requireFeature(
			this.transport,
			FEATURE,
			this.transport.json({ method: 'POST', path: path`aiseg/${imageId}/prepare` }, wireNothing, IDEMPOTENT),
		);
	}

	/** @returns the polygon, not closed. */
	async calculate(prompt: SegmentationPrompt): Promise<readonly SegmentationPoint[]> {
		const request = { method: 'POST', path: 'aiseg/calculate', json: prompt } as const;
		const { result } = await requireFeature(
			this.transport,
			FEATURE,
			this.transport.json(request, wirePolygon, IDEMPOTENT),
		);
		return result.map(({ x, y }) => ({ x, y }));
	}

	async finish(imageId: string): Promise<void> {
		await requireFeature(
			this.transport,
			FEATURE,
			this.transport.json({ method: 'DELETE', path: path`aiseg/${imageId}/finish` }, wireNothing, IDEMPOTENT),
		);
	}
}
