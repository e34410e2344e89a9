import { relocate, type LabelProblem } from '../parsing/problem';
import type { Classifications, Geometry } from '../model';
import { isFiniteNumber, isList, isRecord, shown, type JsonRecord } from '../parsing/record';
import { readClassifications } from './classifications';
import { isGeometryKey, readGeometry } from './geometry';

/** What was drawn in one frame of a video; between key frames people see an interpolation. */
interface KeyFrame {
	readonly frame: number;
	/** The shape; missing in a frame where only a classification changes, or when it cannot be read. */
	readonly geometry?: Geometry;
	/** The shape is a polygon or line of which the server has written the last point only, given as a point. */
	readonly isCut?: true;
	readonly classifications: Classifications;
}

/** One labeled thing over the frames of a video. */
export interface VideoTrack {
	/** The id of the label value at the server, whose class the export does not have. */
	readonly id: string;
	/** Frames in which it is visible, from 0, as ranges with both ends included. */
	readonly visible: ReadonlyArray<{ readonly from: number; readonly to: number }>;
	readonly keyFrames: readonly KeyFrame[];
}

export interface VideoReading {
	readonly tracks: VideoTrack[];
	readonly problems: LabelProblem[];
}

/**
 * Reads the response of `GET /exportVideoTask/{taskId}`: `frames` with what is visible in each, `object` with key frames.
 * Takes anything, never throws. Paths of problems follow the response: `object.<id>.12.rectangle`.
 * Source: docs/contract.md#video-tasks; recordings 682, 687.
 */
export function readVideoTask(value: unknown): VideoReading {
	const problems: LabelProblem[] = [];
	const { frames, object: objects } = isRecord(value) ? value : {};
	if (!isRecord(frames) || !isRecord(objects)) {
		problems.push({
			severity: 'error',
			reason: 'unreadable',
			path: '',
			message: `The labels of a video must be an object with "frames" and "object", but got ${shown(value)}. Check the server's version.`,
		});
		return { tracks: [], problems };
	}
	const visible = visibleFrames(frames);
	const ids = [...new Set([...Object.keys(objects), ...visible.keys()])].sort();
	const tracks = ids.map((id) => {
		const before = problems.length;
		const keyFrames = readKeyFrames(objects[id], problems);
		relocate(problems, before, `object.${id}`);
		return { id, visible: rangesOf(visible.get(id) ?? []), keyFrames };
	});
	return { tracks, problems };
}

function visibleFrames(frames: JsonRecord): Map<string, number[]> {
	const visible = new Map<string, number[]>();
	for (const [frame, objects] of Object.entries(frames)) {
		for (const object of isList(objects) ? objects : []) {
			const id = isRecord(object) && typeof object.visibleObjectId === 'string' ? object.visibleObjectId : '';
			const known = visible.get(id);
			if (known === undefined) visible.set(id, [Number(frame)]);
			else known.push(Number(frame));
		}
	}
	return visible;
}

function rangesOf(frames: readonly number[]): Array<{ from: number; to: number }> {
	const ranges: Array<{ from: number; to: number }> = [];
	for (const frame of [...new Set(frames)].sort((a, b) => a - b)) {
		const last = ranges.at(-1);
		if (last !== undefined && last.to === frame - 1) last.to = frame;
		else ranges.push({ from: frame, to: frame });
	}
	return ranges;
}

function readKeyFrames(value: unknown, problems: LabelProblem[]): KeyFrame[] {
	const keyFrames = Object.entries(isRecord(value) ? value : {}).map(([frame, content]) => {
		const before = problems.length;
		const keyFrame = readKeyFrame(Number(frame), isRecord(content) ? content : {}, problems);
		relocate(problems, before, frame);
		return keyFrame;
	});
	return keyFrames.sort((a, b) => a.frame - b.frame);
}

function readKeyFrame(frame: number, content: JsonRecord, problems: LabelProblem[]): KeyFrame {
	const classifications = readClassifications(content.classifications, problems);
	for (const [key, value] of Object.entries(content)) {
		if (!isGeometryKey(key)) continue;
		const cut = key === 'rectangle' ? undefined : lastPoint(value);
		if (cut !== undefined)
			return { frame, geometry: cut, ...(key === 'point' ? {} : { isCut: true as const }), classifications };
		const geometry = readGeometry(key, value, undefined);
		if (geometry.type !== 'fault') return { frame, geometry, classifications };
		problems.push({ severity: 'error', reason: geometry.reason, path: key, message: geometry.message });
	}
	return { frame, classifications };
}

/** The server writes of points, lines and polygons one point only, with a capital Y [682]. */
function lastPoint(value: unknown): Geometry | undefined {
	const [point] = isList(value) && value.length === 1 ? value : [];
	if (!isRecord(point) || !isFiniteNumber(point.x) || !isFiniteNumber(point.Y)) return undefined;
	return { type: 'point', x: point.x, y: point.Y };
}
