// What packets wait for in routers, by queueing theory.
//
// The router is the one of Router.h: input-queued, virtual channels, separable allocators of
// round-robin arbiters, of which the one at an input does not try another packet before the one
// that it chose has got through.  So packets wait
//
//   at an output    for those of other inputs.  Flits of one input come one after another already,
//                   so that the discrete queue with arrivals from independent inputs, each at most
//                   one in a service time S, has the mean wait
//                   S (rho^2 - sum of rho_i^2) / (2 rho (1 - rho))       Karol et al., IEEE
//                   Trans. Commun. 35(12), 1987.  Output from one such queue is burstier than what
//                   enters it; after some of them of two inputs waits are 1 + 0.4 rho times as long
//                   (Kruskal, Snir and Weiss, IEEE Trans. Comput. 37(11), 1988).  What stays
//                   together after a queue comes in longer runs: as in a tree of queues, which hold
//                   as many packets in all as a single one (Modiano, Wieselthier and Ephremides,
//                   IEEE Trans. Inf. Theory 42(2), 1996).
//                   Where each node sends one way only, what goes from an input to an output comes
//                   out of a queue, which takes turns with what goes elsewhere: with the weight
//                   rho_in^2 of such a queue in its departures (Whitt, Bell Syst. Tech. J. 62(9),
//                   1983) it is spaced by what else the input brings, and rho_i rho_in takes the
//                   place of rho_i^2.  An output slower than the input is a queue for that, too:
//                   of rho_i^2 the square of the ratio of both services is left.
//                   Packets of several flits take turns on a channel, flit by flit, so that they
//                   come spread: 1 + u + .. + u^(c-1) times as long as alone on a channel used u
//                   with c virtual channels (limited processor sharing: Avi-Itzhak and Halfin,
//                   Proc. 12th ITC, 1988).  What comes in between goes elsewhere in part: the
//                   thinner the stream from an input to an output meanwhile, the less it meets
//                   others (at the heads of inputs only if packets choose: those of dimension
//                   orders wait for room meanwhile).  Two that meet there wait for each other's
//                   tails, too, as far as they are in different virtual channels: 1 - 1 / c.
//                   Who waits while all virtual channels are held waits for one of these, before
//                   asking for the crossbar, and does not keep others of its input back.
//   at an input     behind a packet at its head that waits for another output: M/G/1 with the
//                   waits at the head as service, among arrivals that are S apart (the head-of-line
//                   blocking of Karol et al.; the input saturates when its head is always taken).
//                   Adaptive packets meet others less, as they choose (FlowAdaptive.h), and do
//                   not ask for what is held up: while some wait for several outputs, arbiters
//                   take turns, and inputs that have met once go on one after the other (why iSLIP
//                   passes all that comes: McKeown, IEEE/ACM Trans. Netw. 7(2), 1999).  An input
//                   does not ask again at once for an output at which it made others wait, and
//                   comes back to it regularly.
//   in a virtual    behind a packet that holds it longer than S, the allocation of a channel at
//   channel         the next router and its flits, spread as they are, by a delay d.  Packets come
//                   from a queue with the service S; that one and this one together are M/G/1 with
//                   the service S + d (Friedman, Oper. Res. 13(1), 1965), the first one alone is
//                   M/D/1.
//   for credits     of a virtual channel of several: the one that a packet is given may be free
//                   while the buffer behind it is full, or its credits are under way: with room for
//                   n packets the queue E_n/D/1, since each waits for the credits of the n-th
//                   before.
//   for room        in the buffer of a virtual channel.  A delay d of its head is felt one router
//                   back, by the next packet of a run (with probability rho), or if the queue is
//                   longer already; and if the buffer takes `s` packets more than those whose
//                   credits are under way, only with probability r^s, where r is the ratio of the
//                   geometric distribution with the mean of the queue, that of maximum entropy
//                   (Kouvatsos, Ann. Oper. Res. 48, 1994).  This wait is a delay of the head there,
//                   and so on, back to the nodes; a load is stable if no queue is always taken.
//
// S is the time of a packet on a channel.  With one virtual channel that includes the allocation
// for the next packet, which cannot overlap: half of the channel is lost on packets of one flit.
// So it is in classes of one virtual channel (dateline, order), whose packets wait for each other.
#pragma once

#include "network/FlowLoads.h"
#include "network/Router.h"

namespace wsc::network::flow {

struct Waits {
  bool stable = true; ///< whether all queues have an end
  double sum = 0;     ///< packets a cycle times the cycles that they wait, in all routers
};

Waits waitsOf(const PortMap &ports, const Loads &loads, const Router &router,
              const Traffic &traffic);

/// Cycles that packets of each channel wait in the buffer behind it, for the crossbar, behind
/// others that do, and for room in the next one; infinite where its queue has no end.
std::vector<double> bufferWaits(const PortMap &ports, const Loads &loads, const Router &router,
                                const Traffic &traffic);

/// The load at which a queue has no end any more, at most `most`.
double saturationOf(const Routes &routes, const PortMap &ports, const Router &router,
                    Traffic traffic, double most, double tolerance);

/// The same for any loads.
double saturationOf(const PortMap &ports, const Loads &loads, const Router &router, unsigned packet,
                    double most, double tolerance);

/// The same if buffers have no end, router by router.  `turns` are those of `Loads`; the router is
/// the one of `routerOf`.
double saturationOf(const PortMap &ports, llvm::ArrayRef<double> turns, const Router &router,
                    unsigned packet, double tolerance);

/// Whether all queues of a mesh whose wires are alike surely have an end at a load: even at a
/// router that has the most of each turn that any has, and behind all of whose outputs packets wait
/// for room as long as behind any, as waits grow with each.  Takes no longer for many routers.
bool isSurelyStable(const PortMap &ports, const Loads &loads, const Router &router, unsigned packet,
                    double load);

/// The router that packets see: on a torus they have half of the virtual channels, as those that
/// still have to cross the dateline have the others (Dally and Seitz 1987); or, where they choose,
/// all but the escape of the other side.
Router routerOf(const Routes &routes, Router router);

/// Cycles that a packet takes a channel for, if others follow.
double serviceOf(const Router &router, const Wire &wire, unsigned packet);

/// Cycles that a packet keeps a virtual channel for, if it does not wait.
double holdOf(const Router &router, const Wire &wire, unsigned packet);

/// Cycles from the sending of a flit until its credit lets another one follow, if nothing waits.
double creditLoop(const Router &router, const Wire &wire);

/// The mean wait in the queue E_n/D/1, where every n-th of those who come is served, in service
/// times, of which each sees so many `arrivals`; infinite if it has no end.
double waitOfErlang(double n, double arrivals);

/// Cycles besides those in routers and on the wires between them: the wires from and to the node,
/// and the node itself.
constexpr double endpoints = 3;

} // namespace wsc::network::flow
