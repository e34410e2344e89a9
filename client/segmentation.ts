import * as z from 'zod/v4-mini';
import { needing } from './newerServers';
import { AGAIN } from './repeat';
import { JSON_BODY, path, type Transport } from './transport';
import { wireNothing } from './wire';

/** A position in pixels of the image, origin top left. */
export interface SegmentationPoint {
	readonly x: number;
	readonly y: number;
}

/** What the AI is asked to outline. */
export interface SegmentationPrompt {
	readonly imageId: string;
	/** Points on the object. */
	readonly positivePoints: readonly SegmentationPoint[];
	/** Points beside the object. */
	readonly negativePoints: readonly SegmentationPoint[];
	/** How many points the outline shall have. */
	readonly numPoints: number;
}

const wireOutline = z.looseObject({ result: z.array(z.looseObject({ x: z.number(), y: z.number() })) });

const FEATURE = 'AI segmentation';

/** Three steps for an image: prepare, calculate any number of times, finish (CONTRACT.md, section 9, from the server's source). */
export class SegmentationRequests {
	constructor(private readonly transport: Transport) {}

	/** @throws DataGymError `ex_service_unavailable` with the parameter `ai` where the server has no AI, as the open-source one. */
	async prepare(imageId: string): Promise<void> {
		await needing(
			FEATURE,
			this.transport.json({ method: 'POST', path: path`aiseg/${imageId}/prepare` }, wireNothing, AGAIN),
		);
	}

	/** @returns the outline, not closed. */
	async calculate(prompt: SegmentationPrompt): Promise<readonly SegmentationPoint[]> {
		const body = JSON.stringify(prompt);
		const request = { method: 'POST', path: 'aiseg/calculate', headers: JSON_BODY, body: () => body } as const;
		const { result } = await needing(FEATURE, this.transport.json(request, wireOutline, AGAIN));
		return result.map(({ x, y }) => ({ x, y }));
	}

	async finish(imageId: string): Promise<void> {
		await needing(
			FEATURE,
			this.transport.json({ method: 'DELETE', path: path`aiseg/${imageId}/finish` }, wireNothing, AGAIN),
		);
	}
}
