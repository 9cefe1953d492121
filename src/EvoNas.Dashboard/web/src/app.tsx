// The shell: top bar, tabs, keys, and the page that the address names.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { keepToken, searchPath, signIn } from './api'
import { ago, zoneName } from './format'
import { globalPages, go, href, route, searchPages, set } from './router'
import {
  frozen,
  lastMessageAt,
  listen,
  loadSearches,
  model,
  now,
  searches,
  session,
  setClock,
  signedOut,
  status,
  store,
  unfreeze,
  zone,
} from './store'
import { scheme } from './store'
import { setScheme } from './theme'
import { Empty, Guard, Loading } from './ui'
import { Actors } from './pages/actors'
import { CandidatePage } from './pages/candidate'
import { ClusterPage } from './pages/cluster'
import { Compare } from './pages/compare'
import { Front } from './pages/front'
import { JournalPage } from './pages/journal'
import { LineagePage } from './pages/lineage'
import { Live } from './pages/live'
import { Mutations } from './pages/mutations'
import { Searches } from './pages/searches'
import { Space } from './pages/space'
import { TablePage } from './pages/table'
import { Moment } from './pages/moment'

const titles: Record<string, string> = {
  searches: 'Searches',
  compare: 'Compare',
  cluster: 'Cluster',
  actors: 'Actors',
  live: 'Live',
  front: 'Cost × fitness',
  candidate: 'Candidate',
  lineage: 'Lineage',
  table: 'Table',
  space: 'Space',
  mutations: 'Mutations',
  journal: 'Journal',
}
/** After `g`: the key of each page. */
const keyOf: Record<string, string> = {
  searches: 's',
  compare: 'c',
  cluster: 'k',
  actors: 'a',
  live: 'l',
  front: 'f',
  candidate: 'b',
  lineage: 'i',
  table: 't',
  space: 'p',
  mutations: 'm',
  journal: 'j',
}

export function App({ arrived }: { arrived: Promise<void> }) {
  const [ready, setReady] = useState(false)
  useEffect(() => {
    void arrived.then(() => setReady(true))
  }, [])
  if (signedOut.value) return <SignIn />
  if (!ready || session.value === null) return <Loading height={400} />
  return <Shell />
}

function Shell() {
  const { page, search } = route.value
  const [help, setHelp] = useState(false)
  useEffect(() => {
    void loadSearches()
  }, [])
  const compared = page === 'compare' ? (route.value.params['names'] ?? '') : ''
  useEffect(() => {
    listen().want([...(search !== null ? [search] : ['*']), ...compared.split(',').filter(name => name !== '')])
  }, [search, compared])
  useEffect(() => {
    const stop = watchKeys(() => setHelp(open => !open))
    return stop
  }, [])
  useEffect(() => {
    document.title = [search, titles[page] ?? page, 'EvoNas'].filter(part => part !== null).join(' · ')
  }, [page, search])
  const shownPage = search === null ? null : search
  return (
    <>
      <TopBar help={() => setHelp(true)} />
      {shownPage !== null && <SearchTabs search={shownPage} page={page} />}
      <main id="content" tabIndex={-1} class={`page-${page}`}>
        {shownPage !== null && <Moment model={model(shownPage)} />}
        <Guard key={`${search} ${page}`} name={titles[page] ?? page}>
          <Page />
        </Guard>
      </main>
      <footer>
        <span>EvoNas {session.value!.version}</span>
        {session.value!.cluster !== null && <span>cluster {session.value!.cluster}</span>}
        <span>times in {zoneName(zone.value)}</span>
      </footer>
      {help && <Help close={() => setHelp(false)} />}
    </>
  )
}

function skip(event: Event): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}

function Page() {
  const { page, search, birth } = route.value
  if (search === null) {
    switch (page) {
      case 'searches':
        return <Searches />
      case 'compare':
        return <Compare />
      case 'cluster':
        return <ClusterPage />
      case 'actors':
        return <Actors />
    }
  } else {
    const one = model(search)
    if (one.gone.value) {
      return (
        <>
          <h1>{search}</h1>
          <Empty title={`The search ${search} was deleted`}>Its folder is no longer there.</Empty>
        </>
      )
    }
    switch (page) {
      case 'live':
        return <Live key={search} model={one} />
      case 'front':
        return <Front key={search} model={one} />
      case 'candidate':
        return <CandidatePage key={search} model={one} birth={birth ?? 'best'} />
      case 'lineage':
        return <LineagePage key={search} model={one} />
      case 'table':
        return <TablePage key={search} model={one} />
      case 'space':
        return <Space key={search} model={one} />
      case 'mutations':
        return <Mutations key={search} model={one} />
      case 'journal':
        return <JournalPage key={search} model={one} />
    }
  }
  return (
    <>
      <h1>There is no such page</h1>
      <Empty title="This address names none">
        <a href={href('searches')}>All searches</a>
      </Empty>
    </>
  )
}

function TopBar({ help }: { help: () => void }) {
  const { search, page } = route.value
  const names = searches.value?.map(one => one.name) ?? []
  return (
    <div class="top" role="banner">
      <a class="skip" href={`${location.hash}`} onClick={skip}>
        Skip to the content
      </a>
      <a class="brand" href={href('searches')} aria-label="EvoNas: all searches">
        <img src="./icon.svg" alt="" width={20} height={20} />
        <span>EvoNas</span>
      </a>
      <nav aria-label="Pages of all searches">
        {globalPages.map(one => (
          <a key={one} href={href(one)} aria-current={search === null && page === one ? 'page' : undefined}>
            {titles[one]}
          </a>
        ))}
      </nav>
      {search !== null && (
        <select
          aria-label="Search"
          value={search}
          onChange={event => go(href(page === 'candidate' ? 'live' : page, (event.target as HTMLSelectElement).value))}
        >
          {[...new Set([search, ...names])].map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      <span class="spacer" />
      <Pulse />
      <button
        class="quiet"
        title={`Times in ${zoneName(zone.value)}. Switch between local time and UTC (u)`}
        onClick={switchZone}
      >
        {zone.value === 'utc' ? 'UTC' : 'Local'}
      </button>
      <button class="quiet" title="Light, dark, or as the system (d)" onClick={switchScheme}>
        {{ auto: '◐', light: '○', dark: '●' }[scheme.value]}
        <span class="hidden-text">Colours: {scheme.value}</span>
      </button>
      <button class="quiet" title="Keys (?)" onClick={help}>
        ?<span class="hidden-text">Keys</span>
      </button>
    </div>
  )
}

function switchZone(): void {
  zone.value = zone.value === 'utc' ? 'local' : 'utc'
  store('evonas-zone', zone.value)
}

function switchScheme(): void {
  setScheme(({ auto: 'dark', dark: 'light', light: 'auto' } as const)[scheme.value])
}

function switchFlow(): void {
  if (frozen.value) unfreeze()
  else frozen.value = true
}

/** Whether what is shown is the present. */
function Pulse() {
  const { search } = route.value
  const summary = search === null ? null : (searches.value?.find(one => one.name === search) ?? null)
  const event = search === null ? null : (model(search).recent.value[0]?.endedTime ?? summary?.lastEventAt ?? null)
  const silent = now.value - lastMessageAt.value > 45_000 && lastMessageAt.value > 0
  const last = event !== null ? `last event ${ago(event, now.value)}` : ''
  const word = frozen.value
    ? 'paused'
    : status.value === 'live'
      ? 'live'
      : status.value === 'connecting'
        ? 'connecting'
        : 'reconnecting'
  return (
    <button
      class={`pulse pulse-${word}`}
      title={`${last}${silent ? '' : ''}. Pause or continue the flow (p)`}
      aria-live="polite"
      onClick={switchFlow}
    >
      <i />
      <span>{word}</span>
      {last !== '' && <span class="last">{last}</span>}
    </button>
  )
}

function SearchTabs({ search, page }: { search: string; page: string }) {
  return (
    <nav class="tabs" aria-label={`Pages of the search ${search}`}>
      {searchPages.map(one => (
        <a key={one} href={href(one, search)} aria-current={page === one ? 'page' : undefined}>
          {titles[one]}
        </a>
      ))}
      <a href={`${searchPath(search)}/report`} target="_blank" title="One file, to keep, send or print; in a new tab">
        Report
      </a>
    </nav>
  )
}

function watchKeys(help: () => void): () => void {
  let waiting = false
  let forgotten: ReturnType<typeof setTimeout> | undefined
  const pressed = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return
    const { search, page, birth } = route.value
    if (waiting) {
      waiting = false
      const to = Object.keys(keyOf).find(one => keyOf[one] === event.key)
      if (to === undefined) return
      event.preventDefault()
      if ((globalPages as readonly string[]).includes(to)) go(href(to))
      else if (search !== null) go(href(to, search, to === 'candidate' ? 'best' : null))
      return
    }
    switch (event.key) {
      case 'g':
        // The time of an earlier one must not end this one's.
        clearTimeout(forgotten)
        waiting = true
        forgotten = setTimeout(() => (waiting = false), 1500)
        return
      case '?':
        return help()
      case 'd':
        return switchScheme()
      case 'u':
        return switchZone()
      case 'p':
        return switchFlow()
      case '/': {
        const field = document.querySelector<HTMLElement>('main input[type=search], main input[type=text]')
        if (field === null) return
        event.preventDefault()
        return field.focus()
      }
      case '[':
      case ']': {
        const at = Number(birth)
        if (page !== 'candidate' || search === null || !Number.isInteger(at)) return
        return go(href('candidate', search, Math.max(1, at + (event.key === ']' ? 1 : -1))))
      }
      case 'r':
        return set({ x: null, y: null, zx: null, zy: null })
    }
  }
  addEventListener('keydown', pressed)
  return () => removeEventListener('keydown', pressed)
}

function Help({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Before it is painted: a key that comes at once finds it open.
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const lines: [string, string][] = [
    ...Object.entries(keyOf).map(([page, key]): [string, string] => [`g ${key}`, titles[page]!]),
    ['/', 'go to the filter'],
    ['p', 'pause or continue the flow'],
    ['[ and ]', 'the candidate before and after'],
    ['u', 'local time or UTC'],
    ['d', 'light, dark, or as the system'],
    ['r', 'reset axes and zoom'],
    ['+ − 0', 'zoom a chart that has the focus'],
    ['← → Enter', 'walk along its points, open one'],
    ['↑ ↓ Enter', 'walk along a table, open a row'],
  ]
  return (
    <dialog ref={dialog} onClose={close} aria-label="Keys">
      <h2>Keys</h2>
      <dl class="keys">
        {lines.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button onClick={() => dialog.current?.close()}>Close</button>
    </dialog>
  )
}

function SignIn() {
  const [token, setToken] = useState('')
  const [trouble, setTrouble] = useState<string | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    try {
      const text = token.trim().replace(/^.*#t=/, '')
      const known = await signIn(text)
      keepToken(known.control ? text : null)
      setClock(known.now)
      session.value = known
      signedOut.value = false
    } catch (error) {
      setTrouble((error as Error).message)
    }
  }
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <h1>
          <img src="./icon.svg" alt="" width={24} height={24} /> EvoNas
        </h1>
        <p>
          Open the address that <code>evonas dashboard</code> printed, or paste the address or its token here.
        </p>
        <label>
          Token
          <input
            type="password"
            autocomplete="off"
            value={token}
            onInput={event => setToken((event.target as HTMLInputElement).value)}
          />
        </label>
        {trouble !== null && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <button class="primary" disabled={token.trim() === ''}>
          Sign in
        </button>
      </form>
    </main>
  )
}
