
// A report's figures answer the pointer and the arrow keys; numbers can be copied. The page asks no
// one for anything, and everything can be read without this.
(() => {
  'use strict';
  const element = (name, parent, text) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  };

  // Copying ------------------------------------------------------------------

  const copyOldWay = text => {
    const area = element('textarea', document.body);
    area.value = text;
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  };

  const copy = async text => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (refused) {
      return copyOldWay(text);
    }
  };

  const addCopy = (before, name, text) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = name;
    button.addEventListener('click', async () => {
      button.textContent = await copy(text()) ? 'copied' : 'cannot copy';
      setTimeout(() => { button.textContent = name; }, 1500);
    });
    before.before(button);
  };

  const cellText = cell => [...cell.childNodes].map(node => node.textContent).join(' ').trim();
  const tableText = table => [...table.rows]
    .map(row => [...row.cells].map(cellText).join('\t')).join('\n') + '\n';

  for (const table of document.querySelectorAll('table'))
    addCopy(table.closest('.wide') || table, 'copy the numbers', () => tableText(table));
  for (const pre of document.querySelectorAll('pre')) {
    const words = pre.textContent;
    addCopy(pre, words.startsWith('@') ? 'copy BibTeX' : 'copy', () => words);
  }

  // Figures ------------------------------------------------------------------

  const numbers = (node, name) => node.getAttribute(name).split(' ').map(Number);

  const readPlot = svg => {
    const drawing = svg.querySelector('metadata drawing');
    const plot = drawing && drawing.querySelector('plot');
    if (!plot) return null;
    const series = [...plot.querySelectorAll('series')].map(node => ({
      name: node.getAttribute('name'),
      colour: '#' + node.getAttribute('colour'),
      points: node.getAttribute('points').split(' ').map(pair => pair.split(',').map(Number)),
    }));
    const rising = series.every(
      s => s.points.every((point, i) => i === 0 || point[0] > s.points[i - 1][0]));
    return {
      scale: Number(drawing.getAttribute('scale')), top: Number(drawing.getAttribute('top')),
      region: numbers(plot, 'region'), x: numbers(plot, 'x'), y: numbers(plot, 'y'),
      log: plot.getAttribute('log') === '1', across: plot.getAttribute('across'),
      up: plot.getAttribute('up'), series, rising,
    };
  };

  // Where a value stands in the drawing.
  const place = (plot, [x, y]) => {
    const [left, top, width, height] = plot.region;
    const [low, high] = plot.y;
    const limited = plot.log ? Math.min(Math.max(y, Math.min(low, high)), Math.max(low, high)) : y;
    const down = plot.log ? Math.log(limited / high) / Math.log(low / high)
                          : (high - limited) / (high - low);
    const right = (x - plot.x[0]) / (plot.x[1] - plot.x[0]);
    return [(left + right * width) * plot.scale, (top + down * height + plot.top) * plot.scale];
  };

  const inside = (plot, [x, y]) => {
    const [left, top, width, height] = plot.region.map(v => v * plot.scale);
    const from = top + plot.top * plot.scale;
    return x > left - 1 && x < left + width + 1 && y > from - 1 && y < from + height + 1;
  };

  const unit = label => /%/.test(label) ? ' %' : /point/.test(label) ? ' points' : '';

  // What is read at a place: over a common axis all curves, else the nearest point of one.
  const readAt = (plot, at) => {
    if (plot.rising) {
      const steps = plot.series[0].points;
      const step = steps[Math.max(0, Math.min(steps.length - 1, at.index))];
      return plot.series.map(s => ({
        s, point: s.points.reduce((a, b) =>
          Math.abs(b[0] - step[0]) < Math.abs(a[0] - step[0]) ? b : a),
      })).filter(found => Math.abs(found.point[0] - step[0]) < 1e-9);
    }
    const s = plot.series[at.series];
    return [{ s, point: s.points[at.index] }];
  };

  const nearest = (plot, [x, y]) => {
    let best = null, least = Infinity;
    plot.series.forEach((s, series) => s.points.forEach((point, index) => {
      const spot = place(plot, point);
      if (!inside(plot, spot) || (plot.rising && series > 0)) return;
      const far = plot.rising ? Math.abs(spot[0] - x) : Math.hypot(spot[0] - x, spot[1] - y);
      if (far < least) [best, least] = [{ series, index }, far];
    }));
    return best;
  };

  const follow = (figure, svg, plot) => {
    const layer = svg.appendChild(document.createElementNS(svg.namespaceURI, 'g'));
    const tip = element('div', figure);
    tip.className = 'tip';
    tip.hidden = true;
    tip.setAttribute('role', 'status');
    let at = null;

    const draw = (name, attributes) => {
      const made = layer.appendChild(document.createElementNS(svg.namespaceURI, name));
      for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
    };

    const hide = () => {
      layer.replaceChildren();
      tip.hidden = true;
    };

    const line = ({ s, point }) => {
      const row = element('span', tip);
      const dot = element('i', row);
      dot.style.background = s.colour;
      row.append(plot.rising ? `${s.name}: ${point[1].toFixed(2)}${unit(plot.up)}` : s.name);
      element('br', tip);
    };

    const show = () => {
      const found = readAt(plot, at);
      const spots = found.map(f => place(plot, f.point));
      const [, top, , height] = plot.region;
      layer.replaceChildren();
      tip.replaceChildren();
      if (plot.rising) {
        draw('line', { x1: spots[0][0], x2: spots[0][0], y1: (top + plot.top) * plot.scale,
          y2: (top + height + plot.top) * plot.scale, stroke: '#505050', 'stroke-width': 0.5 });
        element('b', tip, `${found[0].point[0]} ${plot.across}`);
      }
      found.forEach((f, i) => {
        if (inside(plot, spots[i]))
          draw('circle', { cx: spots[i][0], cy: spots[i][1], r: 3 * plot.scale, fill: f.s.colour,
            stroke: '#ffffff', 'stroke-width': 1 });
        line(f);
      });
      if (!plot.rising) {
        const [x, y] = found[0].point;
        tip.append(`${plot.across}: ${x.toFixed(2)}`, document.createElement('br'),
          `${plot.up}: ${y.toFixed(2)}`);
      }
      tip.hidden = false;
      const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
      const x = spots[0][0] / view.width * box.width, y = spots[0][1] / view.height * box.height;
      const beside = x + 14 + tip.offsetWidth > box.width ? x - 14 - tip.offsetWidth : x + 14;
      tip.style.left = `${Math.max(0, Math.min(beside, box.width - tip.offsetWidth))}px`;
      tip.style.top = `${Math.max(0, Math.min(y - tip.offsetHeight / 2,
        box.height - tip.offsetHeight))}px`;
    };

    const pointed = event => {
      const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
      at = nearest(plot, [(event.clientX - box.left) / box.width * view.width,
        (event.clientY - box.top) / box.height * view.height]);
      if (at) show();
    };

    const typed = event => {
      const many = event.shiftKey ? 10 : 1;
      const steps = { ArrowRight: many, ArrowLeft: -many, Home: -Infinity, End: Infinity };
      if (event.key === 'Escape') hide();
      if (!(event.key in steps)) return;
      event.preventDefault();
      const last = plot.series[at ? at.series : 0].points.length - 1;
      const wanted = at ? at.index + steps[event.key] : 0;
      at = { series: at ? at.series : 0, index: Math.max(0, Math.min(last, wanted)) };
      show();
    };

    svg.setAttribute('tabindex', '0');
    svg.addEventListener('pointermove', pointed);
    svg.addEventListener('pointerdown', pointed);
    svg.addEventListener('pointerleave', hide);
    svg.addEventListener('blur', hide);
    svg.addEventListener('keydown', typed);
  };

  const figureText = plot => {
    const heads = plot.rising ? [plot.across, ...plot.series.map(s => s.name)]
                              : ['curve', plot.across, plot.up];
    const rows = plot.rising
      ? plot.series[0].points.map((point, index) => [point[0], ...plot.series.map(
          s => (s.points.find(p => p[0] === point[0]) || [])[1])])
      : plot.series.flatMap(s => s.points.map(point => [s.name, ...point]));
    return [heads, ...rows].map(row => row.join('\t')).join('\n') + '\n';
  };

  for (const figure of document.querySelectorAll('figure.drawing')) {
    const svg = figure.querySelector('svg'), plot = svg && readPlot(svg);
    if (!plot || plot.series.length === 0) continue;
    follow(figure, svg, plot);
    addCopy(figure.querySelector('figcaption'), 'copy the numbers', () => figureText(plot));
  }
})();
