import type { Geometry } from '../../model';

/** The box around an ellipse, which may be turned by some degrees. */
export function boxAroundEllipse(x: number, y: number, radiusX: number, radiusY: number, rotation: number): Geometry {
	const [cos, sin] = [Math.cos((rotation * Math.PI) / 180), Math.sin((rotation * Math.PI) / 180)];
	const halfWidth = Math.hypot(radiusX * cos, radiusY * sin);
	const halfHeight = Math.hypot(radiusX * sin, radiusY * cos);
	return { type: 'rectangle', x: x - halfWidth, y: y - halfHeight, width: halfWidth * 2, height: halfHeight * 2 };
}
