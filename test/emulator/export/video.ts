import type { Content, FrameChange, LabelValue, Task } from '../store/model';
import { isClassification, valuesOf } from '../store/values';
import { exportedRectangle } from './labels';

interface VideoExport {
	frames: Record<string, Array<{ visibleObjectId: string }>>;
	object: Record<string, Record<string, Record<string, unknown>>>;
}

/** One video task: which value is seen in which frame, and what its key frames hold (docs/contract.md#video-tasks; no class names). */
export function exportVideo(task: Task): VideoExport {
	const exported: VideoExport = { frames: {}, object: {} };
	for (const value of valuesOf(task)) {
		if (isClassification(value.entry.type)) continue;
		for (const frame of visibleFrames(value.changes))
			(exported.frames[frame] ??= []).push({ visibleObjectId: value.id });
		exported.object[value.id] = keyFrames(value);
	}
	return exported;
}

/** From START to END, both included, or a single START_END. */
function visibleFrames(changes: FrameChange[]): number[] {
	const frames: number[] = [];
	let start: number | null = null;
	for (const { frameType, frameNumber } of [...changes].sort((a, b) => a.frameNumber - b.frameNumber)) {
		if (frameType === 'START_END') frames.push(frameNumber);
		if (frameType === 'START') start = frameNumber;
		if (frameType === 'END' && start !== null) {
			for (let frame = start; frame <= frameNumber; frame++) frames.push(frame);
			start = null;
		}
	}
	return frames;
}

function keyFrames(value: LabelValue): Record<string, Record<string, unknown>> {
	const frames: Record<string, Record<string, unknown>> = {};
	for (const { frameNumber, content } of value.changes) {
		const frame = (frames[frameNumber] ??= {});
		frame[content.type.toLowerCase()] = frameGeometry(content);
	}
	for (const child of value.children) {
		for (const { frameNumber, content } of child.changes) {
			const frame = (frames[frameNumber] ??= {});
			const classifications = (frame.classifications ??= {}) as Record<string, unknown>;
			classifications[child.entry.key] = frameChoice(content);
		}
	}
	return frames;
}

/** The real server's bug: of polygons, lines and points only the last point, with a capital `Y`, as floats [682]. */
function frameGeometry(content: Content): unknown[] {
	if (content.type === 'RECTANGLE') return [exportedRectangle(content)];
	const points =
		content.type === 'POINT' ? [content] : content.type === 'LINE' || content.type === 'POLYGON' ? content.points : [];
	const last = points.at(-1);
	return last ? [{ x: last.x ?? 'null', Y: last.y ?? 'null' }] : [];
}

function frameChoice(content: Content): unknown[] {
	if (content.type === 'SELECT') return [content.selectKey ?? 'null'];
	if (content.type === 'CHECKLIST') return content.checkedValues;
	return content.type === 'FREETEXT' ? [content.text ?? 'null'] : [];
}
