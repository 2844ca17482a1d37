/// What an account may send, so that a stolen password does not become a thousand messages before
/// somebody wakes up: limits by the hour and by the day, held mail, and signs of theft.
///
/// Beyond a limit, mail is taken and held ([net.facteur.queue.Fact#HELD]): nothing is lost, and
/// nothing is sent. The postmaster and the user are told once, and the postmaster releases or drops
/// it. Far beyond, it is put off with 450. [net.facteur.server.limits.SendingLimits] decides, from
/// memory; what it counts is written behind by `counts`. [net.facteur.server.limits.TheftSigns]
/// says what two signs are.
@NullMarked
package net.facteur.server.limits;

import org.jspecify.annotations.NullMarked;
