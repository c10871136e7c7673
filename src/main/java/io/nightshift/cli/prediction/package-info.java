/**
 * Holds the commands that use a trained model: {@code predict}, {@code watch}, {@code score} and {@code serve}, each in
 * front of its job in {@code job.prediction}.
 */
package io.nightshift.cli.prediction;
