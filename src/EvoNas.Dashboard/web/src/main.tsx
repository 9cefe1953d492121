import 'uplot/dist/uPlot.min.css'
import './style.css'
import { render } from 'preact'
import { App } from './app'
import { get, keepToken, onSignedOut, signIn, type Session } from './api'
import { start } from './router'
import { session, setClock, signedOut, startClock } from './store'
import { watchScheme } from './theme'

performance.mark('script')

/** The printed address has the token in its fragment: it is exchanged once, and leaves the address at once. */
async function arrive(): Promise<void> {
  const token = /^#t=([^&]+)/.exec(location.hash)?.[1]
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search)
  try {
    const known = token === undefined ? await get<Session>('api/v1/session') : await signIn(decodeURIComponent(token))
    if (token !== undefined) keepToken(known.control ? decodeURIComponent(token) : null)
    setClock(known.now)
    session.value = known
  } catch {
    signedOut.value = true
  }
}

onSignedOut.call = () => {
  signedOut.value = true
}
watchScheme()
startClock()
const arrived = arrive()
start()
render(<App arrived={arrived} />, document.getElementById('app')!)
