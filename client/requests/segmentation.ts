import { IDEMPOTENT } from '../idempotency';
import type { Server } from '../server';
import { wireNothing, wirePolygon } from '../wire/answers';

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

/** Three steps for an image: prepare, calculate any number of times, finish (docs/contract.md#ai-segmentation, from the server's source). */
export class SegmentationRequests {
	constructor(private readonly server: Server) {}

	/** @throws DataGymError `ex_service_unavailable` with the parameter `ai` where the server has no AI, as the open-source one. */
	async prepare(imageId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const prepared = transport.json(dialect.prepareSegmentation(imageId), wireNothing, IDEMPOTENT);
		await this.server.require('segmentation', prepared);
	}

	/** @returns the polygon, not closed. */
	async calculate(prompt: SegmentationPrompt): Promise<readonly SegmentationPoint[]> {
		const { dialect, transport } = this.server;
		const calculated = transport.json(dialect.calculateSegmentation(prompt), wirePolygon, IDEMPOTENT);
		const { result } = await this.server.require('segmentation', calculated);
		return result.map(({ x, y }) => ({ x, y }));
	}

	async finish(imageId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const finished = transport.json(dialect.finishSegmentation(imageId), wireNothing, IDEMPOTENT);
		await this.server.require('segmentation', finished);
	}
}
